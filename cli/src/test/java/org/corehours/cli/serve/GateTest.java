package org.corehours.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    private static Gate.Request from(String host) {
        return new Gate.Request("GET", "/", List.of(host), List.of(), null, null, false);
    }

    private static Gate.Request sent(String origin, @Nullable String site, @Nullable String mode) {
        return new Gate.Request(
                "GET",
                "/",
                List.of("localhost:8642"),
                origin.isEmpty() ? List.of() : List.of(origin),
                site,
                mode,
                false);
    }

    private static int status(Gate gate, Gate.Request request) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> gate.check(request));
        return refused == null ? 200 : refused.status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8642", "127.0.0.1:8642", "[::1]:8642", "LOCALHOST:1"})
    void thisMachineIsKnownByItsNames(String host) {
        assertThatCode(() -> new Gate("localhost", true).check(from(host))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil.example:8642",
                "10.0.0.1",
                "localhost:",
                "localhost:99999999",
                "localhost@evil.example",
                "[::2]",
                "",
                "localhost evil",
                "0.0.0.0"
            })
    void aNameOfAnotherHostIsMisdirected(String host) {
        assertThat(status(new Gate("localhost", true), from(host))).isEqualTo(421);
    }

    @Test
    void aServerForOthersIsReachedByAddressOrByItsOwnName() {
        Gate open = new Gate("gpu7.lab", false);
        assertThat(status(open, from("10.0.0.1:8642"))).isEqualTo(200);
        assertThat(status(open, from("[fe80::1]:8642"))).isEqualTo(200);
        assertThat(status(open, from("gpu7.lab:8642"))).isEqualTo(200);
        assertThat(status(open, from("evil.example"))).isEqualTo(421);
        assertThat(status(new Gate("::", false), from("[::]:1"))).isEqualTo(200);
    }

    @Test
    void otherOriginsAndForeignPicturesAreForbiddenButLinksAreNot() {
        Gate gate = new Gate("localhost", true);
        assertThat(status(gate, sent("http://localhost:8642", "same-origin", "cors")))
                .isEqualTo(200);
        assertThat(status(gate, sent("", "none", "navigate"))).isEqualTo(200);
        assertThat(status(gate, sent("", "cross-site", "navigate"))).isEqualTo(200);
        assertThat(status(gate, sent("", "cross-site", "no-cors"))).isEqualTo(403);
        assertThat(status(gate, sent("", "same-site", "cors"))).isEqualTo(403);
        for (String origin :
                List.of("http://localhost:9999", "https://localhost:8642", "http://evil.example", "null")) {
            assertThat(status(gate, sent(origin, null, null))).as(origin).isEqualTo(403);
        }
    }

    @Test
    void onlyReadingIsPossible() {
        Gate gate = new Gate("localhost", true);
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get")) {
            assertThat(status(gate, new Gate.Request(method, "/", List.of("localhost"), List.of(), null, null, false)))
                    .as(method)
                    .isEqualTo(405);
        }
        assertThat(status(gate, new Gate.Request("GET", "/", List.of("localhost"), List.of(), null, null, true)))
                .isEqualTo(400);
        assertThat(status(gate, new Gate.Request("GET", "/", List.of(), List.of(), null, null, false)))
                .isEqualTo(400);
        assertThat(status(
                        gate, new Gate.Request("GET", "/", List.of("localhost", "evil"), List.of(), null, null, false)))
                .isEqualTo(400);
        assertThat(status(
                        gate,
                        new Gate.Request(
                                "GET", "/" + "a".repeat(300), List.of("localhost"), List.of(), null, null, false)))
                .isEqualTo(414);
    }
}
