package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | example.com | 80",
                "* | 192.0.2.1 | 80",
                "a, * | example.com | 80",
                "*:80 | example.com | 80",
                "example.com | example.com | 80",
                "example.com | EXAMPLE.com | 80",
                "EXAMPLE.COM | example.com | 80",
                "example.com | www.example.com | 80",
                "example.com | a.b.example.com | 80",
                ".example.com | www.example.com | 80",
                ".example.com | example.com | 80",
                "*.example.com | www.example.com | 80",
                "example.com. | www.example.com | 80",
                "example.com | example.com. | 80",
                "a,b example.com | example.com | 80",
                " ,, a ,example.com | example.com | 80",
                "example.com:80 | www.example.com | 80",
                "localhost | localhost | 8080",
                "127.0.0.1 | 127.0.0.1 | 80",
                "127.0.0.1:80 | 127.0.0.1 | 80",
                "10.0.0.0/8 | 10.255.3.4 | 80",
                "10.0.0.0/9 | 10.127.3.4 | 80",
                "0.0.0.0/0 | 8.8.8.8 | 80",
                "192.0.2.1/32 | 192.0.2.1 | 80",
                "::1 | ::1 | 80",
                "[::1] | 0:0:0:0:0:0:0:1 | 80",
                "[::1]:80 | ::1 | 80",
                "2001:db8::/32 | 2001:db8:ffff::1 | 80",
                "2001:db8::1 | 2001:DB8:0::1 | 80",
            })
    void covers(String list, String host, int port) {
        assertThat(NoProxy.parse(list).covers(host, port)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | example.com | 80",
                "' , ' | example.com | 80",
                ". | example.com | 80",
                "*. | example.com | 80",
                "com.example | example.com | 80",
                "example.com | notexample.com | 80",
                "example.com | example.com.evil.org | 80",
                "www.example.com | example.com | 80",
                "example.com:80 | example.com | 443",
                "*:80 | example.com | 443",
                "*a | example.com | 80",
                "ex*.com | example.com | 80",
                "127.* | 127.0.0.1 | 80",
                "1 | 127.0.0.1 | 80",
                "0.1 | 127.0.0.1 | 80",
                "10.0.0.0/8 | 11.0.0.1 | 80",
                "10.0.0.0/9 | 10.128.0.1 | 80",
                "10.0.0.0/8 | ten.example | 80",
                "10.0.0.0/33 | 10.0.0.0 | 80",
                "10.0.0.0/x | 10.0.0.0 | 80",
                "10.0.0.0/ | 10.0.0.0 | 80",
                "/8 | 10.0.0.0 | 80",
                "0.0.0.0/0 | ::1 | 80",
                "::/0 | 127.0.0.1 | 80",
                "127.0.0.1 | localhost | 80",
                "localhost | 127.0.0.1 | 80",
                "[::1]:80 | ::1 | 443",
                "::1 | ::2 | 80",
                ": | example.com | 80",
                "example.com:0 | example.com | 80",
                "example.com:x | example.com | 80",
            })
    void doesNotCover(String list, String host, int port) {
        assertThat(NoProxy.parse(list).covers(host, port)).isFalse();
    }
}
