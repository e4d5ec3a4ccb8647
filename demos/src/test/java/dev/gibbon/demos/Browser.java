package dev.gibbon.demos;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The system's Chromium, driven by the system's chromedriver; both are looked up on the path and nothing is fetched. Where they
 * are missing the test is skipped, or fails if the environment has {@value #REQUIRED}.
 */
final class Browser implements AutoCloseable {
    private static final String REQUIRED = "GIBBON_REQUIRE_PEERS";
    private static final String PICTURES = "gibbon.pictures";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final ChromeDriver driver;
    private final Path profile;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    static Browser open() throws IOException {
        File chromium = onPath("chromium");
        File chromedriver = onPath("chromedriver");
        if (chromium == null || chromedriver == null) {
            String why =
                    "THE PAGES WERE NOT TESTED: chromium and chromedriver are not on the path (Debian: apt-get install"
                            + " chromium chromium-driver)";
            if (System.getenv(REQUIRED) != null) {
                fail(why);
            }
            System.err.println(why);
            abort(why);
        }
        Path profile = Files.createTempDirectory("gibbon-browser");
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(chromium);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
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
                "--user-data-dir=" + profile);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver)
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options), profile);
    }

    private static File onPath(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
    }

    /** Lays the page out for a window of this size, as a phone does below 500 pixels. */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    }

    /** Opens another page beside this one, and turns to it. */
    String another() {
        driver.switchTo().newWindow(WindowType.TAB);
        return current();
    }

    /** Which page this turns to. */
    String current() {
        return driver.getWindowHandle();
    }

    void turnTo(String page) {
        driver.switchTo().window(page);
    }

    /** Closes all pages but this one, and turns to it. */
    void keepOnly(String page) {
        for (String each : driver.getWindowHandles()) {
            if (!each.equals(page)) {
                driver.switchTo().window(each).close();
            }
        }
        driver.switchTo().window(page);
    }

    /** Writes what the page looks like, if the property {@value #PICTURES} names a folder. */
    void picture(String name) throws IOException {
        String folder = System.getProperty(PICTURES);
        if (folder != null) {
            Files.createDirectories(Path.of(folder));
            Files.write(Path.of(folder, name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        }
    }

    /** Shows the page as whoever likes it dark sees it. */
    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : ""))));
    }

    void go(String url) {
        driver.get(url);
        driver.manage().logs().get(LogType.BROWSER); // forgets what other pages said
    }

    WebElement id(String id) {
        return driver.findElement(By.id(id));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    void click(String id) {
        id(id).click();
    }

    void type(String id, String text) {
        id(id).clear();
        id(id).sendKeys(text);
    }

    String text(String id) {
        return id(id).getText();
    }

    Object script(String javaScript) {
        return driver.executeScript(javaScript);
    }

    /** Waits until an element's text contains this. */
    void awaitText(String id, String expected) {
        new WebDriverWait(driver, PATIENCE, POLL)
                .withMessage(() -> "#" + id + " does not say \"" + expected + "\" but:\n" + text(id))
                .until(any -> text(id).contains(expected));
    }

    /** Waits until so many elements match. */
    void awaitCount(String css, int expected) {
        new WebDriverWait(driver, PATIENCE, POLL)
                .withMessage(() -> expected + " of " + css + " expected, found " + all(css).size())
                .until(any -> all(css).size() == expected);
    }

    /** Waits until a script returns true. */
    void awaitTrue(String javaScript) {
        new WebDriverWait(driver, PATIENCE, POLL)
                .withMessage(() -> "not true: " + javaScript)
                .until(any -> Boolean.TRUE.equals(script(javaScript)));
    }

    /** What the browser has said about this page since it was opened: errors, violations of its policy. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(Object::toString)
                .toList();
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (UncheckedIOException e) {
            // The browser was still tidying up there.
        }
    }
}
