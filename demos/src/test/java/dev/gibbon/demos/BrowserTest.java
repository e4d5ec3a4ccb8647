package dev.gibbon.demos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The demos as a person meets them, in Chromium. */
class BrowserTest {
    private static final String LOG_IS_AT_ITS_END = "const log = document.getElementById('log');"
            + "return log.scrollHeight - log.scrollTop - log.clientHeight < 2";

    private static Browser browser;

    private DemoServer demos;

    @BeforeAll
    static void openBrowser() throws IOException {
        browser = Browser.open();
    }

    @AfterAll
    static void closeBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        browser.size(1280, 900);
        demos = DemoServer.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        browser.go("about:blank");
        demos.close();
    }

    private void openPage(String page) {
        browser.go(demos.url() + page);
    }

    private void openSocket() {
        browser.click("open");
        browser.awaitText("state", "open");
    }

    private void send(String text) {
        browser.type("text", text);
        browser.click("send");
    }

    private static String bits(WebElement frame) {
        return String.join(
                "",
                frame.findElements(By.cssSelector(".digits")).stream()
                        .map(digits -> digits.getAttribute("textContent"))
                        .toList());
    }

    private static WebElement frame(int number) {
        return browser.all(".frame[data-number='" + number + "']").get(0);
    }

    private static String row(WebElement frame, String css) {
        return frame.findElement(By.cssSelector(".octets " + css)).getText();
    }

    @Test
    void theIndexLeadsToTheDemos() {
        openPage("");
        assertThat(browser.text("raw")).isEqualTo("ws://127.0.0.1:" + demos.rawPort() + "/");
        for (String title : List.of("Echo, and the wire", "Ticker", "Raw")) {
            openPage("");
            browser.all("h2 a").stream()
                    .filter(link -> link.getText().equals(title))
                    .findFirst()
                    .orElseThrow()
                    .click();
            browser.awaitCount("#open", 1);
            openSocket();
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void echoOpensSendsTextAndClosesWithACodeAndAReason() {
        openPage("echo.html");
        openSocket();
        send("Grüezi, <b>世界</b>");
        browser.awaitText("log", "received\ntext, 22 bytes");
        assertThat(browser.all("#log .received .what").get(0).getText()).isEqualTo("Grüezi, <b>世界</b>");
        assertThat(browser.all("#log b")).isEmpty();

        browser.all("details.more summary").get(0).click();
        browser.type("code", "4000");
        browser.type("reason", "lunch");
        browser.click("close");
        browser.awaitText("log", "closing\n");
        browser.awaitText("log", "4000; reason: lunch");
        browser.awaitText("log", "4000 a code of the application; no reason given; clean");
        assertThat(browser.text("state")).isEqualTo("closed");
        assertThat(browser.id("send").isEnabled()).isFalse();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void echoSendsAFileAsBinary(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("bytes.bin"), new byte[] {0, 1, (byte) 0xfe, (byte) 0xff});
        openPage("echo.html");
        openSocket();
        browser.id("file").sendKeys(file.toString());
        browser.click("send-file");
        browser.awaitText("log", "received\nbinary, 4 bytes");
        assertThat(browser.all("#log .received .what").get(0).getText()).isEqualTo("00 01 fe ff");
        browser.awaitCount(".frame", 2);
        assertThat(bits(frame(2))).startsWith("1000" + "0010" + "0" + "0000100");
    }

    @Test
    void theWireDrawsTheBitsOfBothWays() {
        openPage("echo.html");
        openSocket();
        send("Hi");
        browser.awaitCount(".frame", 2);

        // RFC 6455, 5.2: FIN, RSV1-3, opcode, MASK, length; then the key, and the payload under it.
        WebElement sent = frame(1);
        String bits = bits(sent);
        assertThat(sent.getAttribute("class")).contains("client");
        assertThat(bits).startsWith("1000" + "0001" + "1" + "0000010").hasSize(16 + 32 + 16);
        int key = Integer.parseUnsignedInt(bits.substring(16, 48), 2);
        int payload = Integer.parseInt(bits.substring(48), 2);
        assertThat(payload ^ (key >>> 16)).isEqualTo('H' << 8 | 'i');
        assertThat(row(sent, ".plain")).isEqualTo("unmasked 48 69");
        assertThat(row(sent, ".mixed")).isEqualTo(String.format("on the wire %02x %02x", payload >> 8, payload & 0xff));

        WebElement came = frame(2);
        assertThat(came.getAttribute("class")).contains("server");
        assertThat(bits(came)).isEqualTo("1000" + "0001" + "0" + "0000010" + "01001000" + "01101001");
        assertThat(row(came, ".plain")).isEqualTo("payload 48 69");
    }

    @Test
    void theWireDrawsLongerLengthsAndTheClose() {
        openPage("echo.html");
        openSocket();
        send("x".repeat(200));
        browser.awaitCount(".frame", 2);
        assertThat(bits(frame(2))).startsWith("1000" + "0001" + "0" + "1111110" + "0000000011001000" + "01111000");
        assertThat(frame(2).getText()).contains("length in 16 bits", "and 168 bytes more");

        browser.click("close");
        browser.awaitCount(".frame", 4);
        assertThat(frame(3).getText()).contains("close", "Close code 1000, no reason");
        assertThat(bits(frame(4))).isEqualTo("1000" + "1000" + "0" + "0000010" + "0000001111101000");
        assertThat(browser.text("wire-note")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theWireExplainsACompressedMessage() {
        openPage("echo.html");
        browser.click("deflate");
        openSocket();
        assertThat(browser.text("log")).contains("permessage-deflate; server_no_context_takeover");
        // RFC 7692, 6: RSV1 tells of compression, which a browser does for every message and the server from 1 KiB on.
        send("Hello");
        browser.awaitCount(".frame", 2);
        assertThat(bits(frame(1))).startsWith("1100" + "0001" + "1");
        browser.awaitText(
                "wire", "RSV1 is set: the payload is compressed by permessage-deflate (RFC 7692). Inflated: Hello");
        // The example of RFC 7692, 7.2.3.1.
        assertThat(row(frame(1), ".plain")).isEqualTo("unmasked f2 48 cd c9 c9 07 00");
        assertThat(bits(frame(2))).startsWith("1000" + "0001" + "0" + "0000101");

        send("Hello ".repeat(1000));
        browser.awaitCount(".frame", 4);
        assertThat(bits(frame(4))).startsWith("1100" + "0001" + "0");
        assertThat(frame(4).getText()).contains("compressed", "Inflated: Hello Hello", "(6,000 bytes)");
        browser.awaitText("log", "received\ntext, 6,000 bytes");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void echoSaysWhyTheServerCloses(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("large.bin"), new byte[(1 << 20) + 1]);
        openPage("echo.html");
        openSocket();
        browser.id("file").sendKeys(file.toString());
        browser.click("send-file");
        browser.awaitText("log", "1009 message too big");
        browser.awaitText("state", "closed");
        openSocket();
        send("again");
        browser.awaitText("log", "received\ntext, 5 bytes");
    }

    @Test
    void thePageStaysSaneWhenTheServerGoesAndOpensAgainWhenItIsBack() throws IOException {
        openPage("echo.html");
        openSocket();
        int port = URI.create(demos.url()).getPort();
        demos.close();
        browser.awaitText("log", "1001 going away");
        browser.awaitText("state", "closed");

        browser.click("open");
        browser.awaitText("log", "the server cannot be reached");
        browser.awaitText("state", "closed");
        assertThat(browser.id("open").isEnabled()).isTrue();
        assertThat(browser.id("close").isEnabled()).isFalse();

        demos = DemoServer.start("127.0.0.1", port);
        openSocket();
        send("back");
        browser.awaitText("log", "received\ntext, 4 bytes");
        browser.awaitCount(".frame", 2);
    }

    @Test
    void rawEchoesAndSaysWhenItIsGone() {
        openPage("echo.html?server=raw");
        openSocket();
        send("raw");
        browser.awaitText("log", "received\ntext, 3 bytes");
        assertThat(browser.text("log")).contains("ws://127.0.0.1:" + demos.rawPort() + "/");
        browser.click("close");
        browser.awaitText("log", "1000 normal closure; no reason given; clean");
        assertThat(browser.complaints()).isEmpty();

        openSocket();
        demos.close();
        browser.awaitText("log", "1006 the connection was lost, no Close came; no reason given; not clean");
        browser.awaitText("state", "closed");
        browser.click("open");
        browser.awaitText("log", "not open");
        browser.awaitText("state", "closed");
    }

    @Test
    void tickerTicksUntilItIsClosed(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("bytes.bin"), new byte[] {(byte) 0xca, (byte) 0xfe});
        openPage("ticker.html");
        openSocket();
        send("tick");
        browser.id("file").sendKeys(file.toString());
        browser.click("send-file");
        browser.awaitCount("#log .received:not(.binary)", 2);
        browser.awaitCount("#log .received.binary", 2);
        assertThat(browser.all("#log .received:not(.binary) .what").get(1).getText())
                .matches("\\d\\d:\\d\\d:\\d\\d tick");
        assertThat(browser.all("#log .received.binary .what").get(1).getText()).isEqualTo("ca fe");
        browser.click("close");
        browser.awaitText("log", "1000 normal closure");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void tickerSaysWhichReplyEndsWhenThereAreTooMany() {
        openPage("ticker.html");
        openSocket();
        browser.click("many");
        browser.awaitText("log", "At most 16 replies run at once; the oldest ends: \"message 1\"");
        browser.awaitText("log", "message 17");
        browser.awaitCount("#log .received", 17);
        assertThat(browser.all("#log .received .what").stream().map(WebElement::getText))
                .noneMatch(text -> text.endsWith(":00 message 1"));
    }

    @Test
    void theKeyboardIsEnough() {
        openPage("echo.html");
        browser.id("open").sendKeys(Keys.ENTER);
        browser.awaitText("state", "open");
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("text");
        browser.id("text").sendKeys(" there", Keys.ENTER);
        browser.awaitText("log", "received\ntext, 11 bytes");
        browser.id("close").sendKeys(Keys.SPACE);
        browser.awaitText("state", "closed");
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("open");
    }

    @Test
    void theLogFollowsItsEndUnlessSomebodyReadsBack() {
        openPage("echo.html");
        openSocket();
        for (int i = 0; i < 10; i++) {
            send("line " + i);
        }
        browser.awaitCount("#log .received", 10);
        assertThat((boolean) browser.script(LOG_IS_AT_ITS_END)).isTrue();
        browser.size(1280, 700); // which leaves less room for the log
        send("after the window became smaller");
        browser.awaitCount("#log .received", 11);
        assertThat((boolean) browser.script(LOG_IS_AT_ITS_END)).isTrue();
        browser.script("document.getElementById('log').scrollTop = 0");
        browser.script("return new Promise(requestAnimationFrame)"); // the scroll event comes with a frame
        send("unread");
        browser.awaitCount("#log .received", 12);
        assertThat(browser.script("return document.getElementById('log').scrollTop"))
                .isEqualTo(0L);
    }

    @Test
    void nothingIsWiderThanAPhone() {
        browser.size(360, 740);
        for (String page : List.of("", "ticker.html", "echo.html")) {
            openPage(page);
            assertThat(overflow()).as(page).isZero();
        }
        openSocket();
        send("W".repeat(300));
        browser.awaitCount(".frame", 2);
        assertThat(overflow()).isZero();
        assertThat(browser.all(".frame[data-number='1'] .ruler")).hasSize(16);
    }

    private static long overflow() {
        return (long)
                browser.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }
}
