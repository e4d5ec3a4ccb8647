package dev.gibbon.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.demos.chat.Chat;
import dev.gibbon.demos.chat.ChatLimits;
import dev.gibbon.demos.chat.ChatNode;
import dev.gibbon.hub.HistoryBounds;
import dev.gibbon.hub.MemoryEngine;
import dev.gibbon.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The chat as guests meet it, in Chromium: two pages, one node or two with one engine in memory. */
class ChatBrowserTest {
    private static Browser browser;

    private String first;
    private MemoryEngine engine;
    private DemoServer a;
    private DemoServer b;

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
        first = browser.current();
        browser.size(1280, 800);
        engine = new MemoryEngine(HistoryBounds.DEFAULT);
        int portOfB = Ports.free();
        a = node("a", Ports.free(), portOfB);
        b = node("b", portOfB, URI.create(a.url()).getPort());
    }

    private DemoServer node(String name, int port, int other) throws IOException {
        var node = new ChatNode(name, List.of(URI.create("http://127.0.0.1:" + other + "/")));
        return DemoServer.start("127.0.0.1", port, null, Chat.over(node, ChatLimits.DEFAULT, engine.node()));
    }

    @AfterEach
    void stop() {
        browser.keepOnly(first);
        browser.go("about:blank");
        a.close();
        b.close();
        engine.close();
    }

    private static void enter(DemoServer node, String name, String room) {
        browser.go("about:blank"); // else another fragment is no other page
        browser.go(node.url() + "chat");
        browser.type("name", name);
        browser.type("room", room);
        browser.id("room").sendKeys(Keys.ENTER);
        browser.awaitText("state", "on node");
    }

    private static void say(String text) {
        browser.id("text").sendKeys(text, Keys.ENTER);
    }

    private static List<String> said() {
        return browser.all(".chat-log:not([hidden]) .confirmed .message .what").stream()
                .map(WebElement::getText)
                .toList();
    }

    private static void awaitSaid(int messages) {
        browser.awaitCount(".chat-log:not([hidden]) .confirmed .message", messages);
    }

    private static String log() {
        return browser.all(".chat-log:not([hidden])").get(0).getText();
    }

    private static void awaitLog(String text) {
        browser.awaitTrue(
                "return document.querySelector('.chat-log:not([hidden])').innerText.includes('" + text + "')");
    }

    @Test
    void twoPagesOnTwoNodesTalk() throws IOException {
        enter(a, "Ann", "lobby");
        browser.awaitText("people", "Ann");
        assertThat(browser.text("state")).isEqualTo("on node a");
        assertThat(browser.script("return document.activeElement.id")).isEqualTo("text");
        String ann = browser.current();
        say("Anybody here? <b>bold</b> & \"quoted\"");
        awaitSaid(1);

        String bob = browser.another();
        browser.size(1280, 800);
        enter(b, "Bob", "lobby");
        assertThat(browser.text("state")).isEqualTo("on node b");
        awaitSaid(1);
        say("I am.\u202etxet");
        awaitSaid(2);
        assertThat(browser.all(".log b")).isEmpty();
        assertThat(said().get(0)).isEqualTo("Anybody here? <b>bold</b> & \"quoted\"");
        browser.awaitCount("#people li", 2);

        browser.turnTo(ann);
        awaitSaid(2);
        assertThat(log()).contains("Bob has joined");
        assertThat(browser.text("people")).isEqualTo("Ann\nBob");
        browser.picture("talk");
        browser.keepOnly(ann);
        awaitLog("Bob has left");
        assertThat(bob).isNotEqualTo(ann);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPageGoesToAnotherNodeAndMissesNothing() throws IOException {
        enter(a, "Ann", "lobby");
        String ann = browser.current();
        say("one");
        awaitSaid(1);
        String bob = browser.another();
        enter(b, "Bob", "lobby");
        awaitSaid(1);

        a.close();
        for (String text : List.of("two", "three", "four")) {
            say(text);
        }
        awaitSaid(4);
        browser.turnTo(ann);
        browser.awaitText("state", "on node b");
        awaitSaid(4);
        say("five");
        awaitSaid(5);
        assertThat(said()).containsExactly("one", "two", "three", "four", "five");
        browser.turnTo(bob);
        awaitSaid(5);
        assertThat(said()).containsExactly("one", "two", "three", "four", "five");
    }

    @Test
    void whatIsSaidWhileNoNodeIsThereIsKeptAndSaidLater() throws IOException {
        enter(a, "Ann", "lobby");
        int port = URI.create(a.url()).getPort();
        int other = URI.create(b.url()).getPort();
        a.close();
        b.close();
        browser.awaitText("state", "connection lost");
        say("kept");
        say("in order");
        browser.awaitCount(".unconfirmed .waiting", 2);
        browser.picture("lost");
        a = node("a", port, other);
        browser.awaitTrue(
                "const retry = document.getElementById('retry');"
                        + "if (!retry.hidden) { retry.click(); return true; } return document.querySelectorAll('.confirmed .message').length > 0");
        awaitSaid(2);
        browser.awaitCount(".unconfirmed .waiting", 0);
        assertThat(said()).containsExactly("kept", "in order");
    }

    @Test
    void refusesKindlyAndTheConnectionStays() throws IOException {
        browser.go(a.url() + "chat");
        browser.click("go");
        assertThat(browser.text("door-fault")).isEqualTo("Who are you? A name has at least one character.");
        browser.type("name", "x".repeat(33));
        browser.click("go");
        assertThat(browser.text("door-fault")).isEqualTo("A name has at most 32 characters.");
        browser.picture("door");
        browser.type("name", "turned\u202eround"); // which the page does not look for
        browser.click("go");
        browser.awaitText("door-fault", "A name cannot have the character U+202E.");

        browser.type("name", "Ann");
        browser.click("go");
        browser.awaitText("state", "on node a");
        browser.script("document.getElementById('text').value = 'x'.repeat(513)");
        browser.id("send").click();
        assertThat(browser.text("say-fault")).isEqualTo("Too long by 1 byte.");
        browser.id("text").clear();

        browser.script("for (let i = 1; i <= 14; i++) { document.getElementById('text').value = 'flood ' + i;"
                + " document.getElementById('say').requestSubmit(); }");
        browser.awaitText("say-fault", "Not so fast, please: this waits a moment.");
        awaitSaid(14);
        assertThat(said())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 14).mapToObj(i -> "flood " + i).toList());
        assertThat(browser.text("state")).isEqualTo("on node a");
    }

    @Test
    void marksWhatIsUnreadInOtherRooms() throws IOException {
        enter(a, "Ann", "lobby");
        String ann = browser.current();
        browser.id("more").sendKeys("garden", Keys.ENTER);
        browser.awaitCount("#rooms li", 2);
        assertThat(browser.text("title")).isEqualTo("garden");
        browser.another();
        enter(b, "Bob", "lobby");
        say("one");
        say("two");
        awaitSaid(2);
        browser.turnTo(ann);
        browser.awaitText("rooms", "lobby\n2\nunread");
        assertThat(browser.script("return document.title")).isEqualTo("(2) garden \u00b7 Gibbon");
        browser.picture("unread");
        assertThat((boolean) browser.script(
                        "return document.documentElement.scrollHeight <= document.documentElement.clientHeight"))
                .isTrue();
        browser.all("#rooms button").get(0).click();
        awaitSaid(2);
        browser.awaitTrue("return document.title === 'lobby \u00b7 Gibbon'");
        assertThat(log()).contains("new");
        browser.click("leave");
        browser.awaitCount("#rooms li", 1);
        assertThat(browser.text("title")).isEqualTo("garden");
        browser.click("leave");
        assertThat(browser.id("door").isDisplayed()).isTrue();
    }

    @Test
    void fitsAPhoneAndTheDark() throws IOException {
        browser.size(360, 640);
        enter(a, "Ann with a rather long name 1234", "lobby".repeat(12));
        say("W".repeat(300));
        say("A line\u00a0and more words, enough of them to need a second line on a phone.");
        awaitSaid(2);
        assertThat((long) browser.script(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isZero();
        assertThat(browser.id("send").isDisplayed()).isTrue();
        browser.picture("phone");
        browser.dark(true);
        browser.picture("phone-dark");
        browser.dark(false);
    }
}
