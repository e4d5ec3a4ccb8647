package dev.gibbon.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.NatsServer;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.testkit.Ports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Two pages in one room on two nodes, which are processes over a real engine; one is killed while both type. */
class ChatNodesTest {
    private static final int EACH = 15;
    private static final int KILLED_AT = 5;
    private static final String SAID =
            "return Array.from(document.querySelectorAll('.confirmed .message .what'), (what) => what.textContent)";

    private static void enter(Browser browser, ChatNodeProcess node, String name) {
        browser.go(node.url() + "chat");
        browser.type("name", name);
        browser.id("name").sendKeys(Keys.ENTER);
        browser.awaitText("state", "on node");
    }

    @SuppressWarnings("unchecked")
    private static List<String> said(Browser browser) {
        return (List<String>) browser.script(SAID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "nats"})
    void oneNodeIsKilledWhileBothTypeAndNothingIsLostOrRepeated(String name) throws Exception {
        int portOfA = Ports.free();
        int portOfB = Ports.free();
        try (Browser browser = Browser.open();
                EngineProcess engine = name.equals("redis") ? RedisServer.start() : NatsServer.start()) {
            String uri = name + "://127.0.0.1:" + engine.port();
            try (ChatNodeProcess a = ChatNodeProcess.start("a", portOfA, uri, portOfB);
                    ChatNodeProcess b = ChatNodeProcess.start("b", portOfB, uri, portOfA)) {
                talk(browser, name, a, b);
            }
        }
    }

    private static void talk(Browser browser, String engine, ChatNodeProcess a, ChatNodeProcess b)
            throws IOException, InterruptedException {
        enter(browser, a, "Ann");
        String ann = browser.current();
        String bob = browser.another();
        enter(browser, b, "Bob");
        assertThat(browser.text("state")).isEqualTo("on node b");

        List<String> all = new ArrayList<>();
        for (int i = 1; i <= EACH; i++) {
            for (String page : List.of(ann, bob)) {
                browser.turnTo(page);
                String text = (page.equals(ann) ? "ann " : "bob ") + i;
                browser.id("text").sendKeys(text, Keys.ENTER);
                all.add(text);
                if (i == KILLED_AT && page.equals(ann)) {
                    a.kill(); // her message may be anywhere by now
                }
            }
        }

        browser.turnTo(bob);
        browser.awaitCount(".confirmed .message", 2 * EACH);
        List<String> bobs = said(browser);
        browser.picture("killed-" + engine + "-bob");
        browser.turnTo(ann);
        browser.awaitCount(".confirmed .message", 2 * EACH);
        assertThat(browser.text("state")).isEqualTo("on node b");
        browser.picture("killed-" + engine + "-ann");
        assertThat(said(browser)).isEqualTo(bobs).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
        assertThat(bobs.stream().filter(text -> text.startsWith("ann")))
                .containsExactlyElementsOf(
                        all.stream().filter(text -> text.startsWith("ann")).toList());
        assertThat(browser.all(".notice.bad")).isEmpty();
        assertThat(browser.all(".unconfirmed .waiting")).isEmpty();
    }
}
