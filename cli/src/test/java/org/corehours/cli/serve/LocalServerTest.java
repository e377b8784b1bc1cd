package org.corehours.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.corehours.core.audit.Audit;
import org.corehours.papers.Paper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server with an evaluator that waits, fails or refuses, as the name of the model says. */
@Timeout(120)
class LocalServerTest {

    private static final String ESTIMATE = "/api/estimate?hardware=t4&model=";

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private LocalServer server;

    private final class Waiting implements Evaluator {

        @Override
        public Estimate estimate(String model, Map<String, String> options) {
            switch (model) {
                case "waits" -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new RefusedException(400, "waited");
                }
                case "fails" -> throw new IllegalStateException("a secret of /home/somebody");
                case "overflows" -> throw new StackOverflowError();
                default -> throw new RefusedException(400, "There is no model <" + model + ">.");
            }
        }

        @Override
        public Paper paper(String id) {
            throw new RefusedException(404, "There is no such paper.");
        }

        @Override
        public Audit audit(String paper, SortedMap<String, String> settled, String run) {
            throw new AssertionError();
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = new LocalServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "localhost",
                new Waiting(),
                bugs::add,
                new Workshop(1, 2, Duration.ofSeconds(1)));
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient().send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What comes back for bytes that no client library would send; empty if the connection is closed at once. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                InputStream in = socket.getInputStream();
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (SocketException e) {
                // Closed before everything was taken.
                return "";
            }
        }
    }

    private void isAlive() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void everyAnswerForbidsWhatItDoesNotNeed() throws Exception {
        for (String path : List.of("/", "/estimate", "/nothing", "/assets/serve.js", ESTIMATE + "x", "/api/nothing")) {
            HttpResponse<String> response = get(path);
            assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'");
            assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(response.headers().firstValue("Cross-Origin-Resource-Policy"))
                    .hasValue("same-origin");
            assertThat(response.headers().firstValue("Content-Type").orElse("")).contains("charset=utf-8");
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/assets/",
                "/assets/../serve.css",
                "/assets/..%2f..%2fetc/passwd",
                "/assets/%2e%2e/%2e%2e/etc/passwd",
                "/../../etc/passwd",
                "//etc/passwd",
                "/estimate/",
                "/ESTIMATE",
                "/papers/../estimate",
                "/papers/./x.yaml",
                "/papers/x.yaml",
                "/papers/ibot/../../x",
                "/api",
                "/api/files",
                "/parts/papers/x/report",
                "/.git/config",
                "/META-INF/MANIFEST.MF"
            })
    void thereIsNothingElse(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }

    @Test
    void errorsAreOneLineInTheFormThatWasAskedFor() throws Exception {
        HttpResponse<String> api = get(ESTIMATE + "x%22y");
        assertThat(api.statusCode()).isEqualTo(400);
        assertThat(api.body().lines()).hasSize(1);
        assertThat(api.body()).startsWith("{\"error\":\"The model (x\\\"y) must be");
        HttpResponse<String> part = get("/parts/estimate?hardware=t4&model=x");
        assertThat(part.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(part.body()).isEqualTo("There is no model <x>.\n");
        HttpResponse<String> page = get("/estimate?hardware=t4&model=x");
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("There is no model &lt;x&gt;.").contains("value=\"x\"");
        assertThat(get("/nothing").body()).contains("There is nothing at /nothing.");
    }

    @Test
    void aBugTellsTheClientNothing() throws Exception {
        for (String model : List.of("fails", "overflows")) {
            HttpResponse<String> response = get(ESTIMATE + model);
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).doesNotContain("secret", "Exception", "Error", "at org.");
        }
        assertThat(bugs).hasSize(2);
        isAlive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST    | 405
            PUT     | 405
            DELETE  | 405
            OPTIONS | 405
            TRACE   | 405
            """)
    void onlyReadingIsPossible(String method, int status) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        request("/")
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void aHeadIsAnAnswerWithoutItsContent() throws Exception {
        String answer = raw("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    }

    @Test
    void requestsAreShort() throws Exception {
        assertThat(get("/estimate?x=" + "a".repeat(5000)).statusCode()).isEqualTo(414);
        assertThat(get("/" + "a".repeat(1000)).statusCode()).isEqualTo(414);
        for (String hostile : List.of(
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(1 << 20) + "\r\n\r\n",
                "GET /" + "a".repeat(1 << 20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(5000) + "\r\n")) {
            String answer = raw(hostile);
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"))
                    .as(answer)
                    .isTrue();
            isAlive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /estimate?model=% HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /estimate?<script> HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET  HTTP/1.1\r\n\r\n",
                "GET\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
                "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"
            })
    void whatIsNoRequestIsRefusedOrClosed(String hostile) throws Exception {
        String answer = raw(hostile);
        assertThat(answer.isEmpty() || answer.matches("(?s)HTTP/1\\.1 (4|501).*"))
                .as(answer)
                .isTrue();
        assertThat(answer).doesNotContain("<script>", "\tat ");
        isAlive();
        assertThat(bugs).isEmpty();
    }

    @Test
    void anEvaluationIsNotWaitedForWithoutEnd() throws Exception {
        HttpResponse<String> response = get(ESTIMATE + "waits");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(response.body()).contains("longer than 1 s");
    }

    @Test
    void onlySoManyWait() throws Exception {
        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 12; i++) {
            statuses.add(client.sendAsync(request(ESTIMATE + "waits").build(), HttpResponse.BodyHandlers.ofString())
                    .thenApply(HttpResponse::statusCode));
        }
        List<Integer> all = statuses.stream().map(CompletableFuture::join).toList();
        assertThat(all).containsOnly(429, 503).contains(429, 503);
        assertThat(all.stream().filter(each -> each == 503).count()).isLessThanOrEqualTo(3);
        release.countDown();
        isAlive();
    }
}
