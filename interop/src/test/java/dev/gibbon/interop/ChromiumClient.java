package dev.gibbon.interop;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A page of the server, in the system's Chromium, driven by the system's chromedriver. It always offers permessage-deflate, and
 * a page neither pings nor makes fragments.
 */
final class ChromiumClient implements PeerClient {
    private static final Duration PATIENCE = Duration.ofSeconds(Ears.PATIENCE_SECONDS);

    private final ChromeDriver driver;
    private final Path profile;
    private final String script;

    private ChromiumClient(ChromeDriver driver, Path profile, String script) {
        this.driver = driver;
        this.profile = profile;
        this.script = script;
    }

    static ChromiumClient open() throws IOException {
        File chromium = Tools.onPath("chromium");
        File chromedriver = Tools.onPath("chromedriver");
        Tools.require("a browser", chromium != null && chromedriver != null, "chromium chromium-driver");
        String script;
        try (InputStream in = ChromiumClient.class.getResourceAsStream("page.js")) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path profile = Files.createTempDirectory("gibbon-browser");
        var options = new ChromeOptions();
        options.setBinary(chromium);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                // The tests' own certificate.
                "--ignore-certificate-errors",
                "--user-data-dir=" + profile);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver)
                .usingAnyFreePort()
                .build();
        var driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        return new ChromiumClient(driver, profile, script);
    }

    @Override
    public Conversation connect(URI uri, Offer offer) {
        driver.get(uri.resolve("/page").toString().replaceFirst("^ws", "http"));
        driver.executeScript(script);
        List<?> opened = (List<?>) driver.executeAsyncScript("peer.connect(...arguments)", uri.toString());
        if (!opened.get(0).equals("open")) {
            throw new AssertionError("not opened: " + opened);
        }
        return new Talk((String) opened.get(1));
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException e) {
            // The browser was still tidying up there.
        }
    }

    /** What is said is kept until something is to be heard: then one call of the driver does all of it. */
    private final class Talk implements Conversation {
        private final String extensions;
        private final List<List<Object>> toSay = new ArrayList<>();
        private final Deque<Heard> heard = new ArrayDeque<>();

        Talk(String extensions) {
            this.extensions = extensions;
        }

        @Override
        public String extensions() {
            return extensions;
        }

        @Override
        public void send(Heard.Message message) {
            toSay.add(List.of(
                    message.isText() ? "text" : "binary", Base64.getEncoder().encodeToString(message.payload())));
        }

        @Override
        public void close(int code, String reason) {
            toSay.add(List.of("close", code, reason));
        }

        @Override
        public Heard hear() {
            if (heard.isEmpty()) {
                List<?> all = (List<?>) driver.executeAsyncScript("peer.converse(...arguments)", List.copyOf(toSay));
                toSay.clear();
                all.forEach(one -> heard.add(read((List<?>) one)));
            }
            return heard.remove();
        }

        private static Heard read(List<?> words) {
            return switch ((String) words.get(0)) {
                case "text" -> new Heard.Message(true, bytes(words));
                case "binary" -> new Heard.Message(false, bytes(words));
                case "closed" -> closed(words);
                default -> new Heard.Failure(words.toString());
            };
        }

        private static Heard closed(List<?> words) {
            int code = ((Number) words.get(1)).intValue();
            String reason = (String) words.get(2);
            boolean clean = (Boolean) words.get(3);
            return clean ? new Heard.Closed(code, reason) : new Heard.Failure("not closed cleanly: " + words);
        }

        private static byte[] bytes(List<?> words) {
            return Base64.getDecoder().decode((String) words.get(1));
        }

        /** The page, and with it what is left of the connection, ends when the next one is opened. */
        @Override
        public void close() {}
    }
}
