package org.corehours.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.quantity.Provenance;
import org.corehours.core.quantity.Sourced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecFileTest {

    private enum Colour {
        RED,
        DARK_BLUE
    }

    private record Paint(String name, Colour colour, Sourced<Double> litres, int coats, Optional<LocalDate> until) {
        Paint {
            if (coats > 9) {
                throw new IllegalArgumentException("Nobody paints " + coats + " coats.");
            }
        }
    }

    private static Paint paint(SpecNode node) {
        return node.fields(fields -> {
            SpecField<String> name = fields.required("name", SpecNode::text);
            SpecField<Colour> colour = fields.required("colour", each -> each.oneOf(Colour.class));
            SpecField<Sourced<Double>> litres =
                    fields.required("litres", each -> each.sourced(SpecNode::positiveNumber));
            SpecField<Integer> coats = fields.optional("coats", SpecNode::count, 1);
            SpecField<Optional<LocalDate>> until = fields.optional("until", SpecNode::date);
            fields.done();
            return new Paint(name.get(), colour.get(), litres.get(), coats.get(), until.get());
        });
    }

    private static String messageOf(String text) {
        try {
            paint(SpecFile.parse("paint.yaml", text));
        } catch (SpecException e) {
            return e.getMessage();
        }
        throw new AssertionError("accepted: " + text);
    }

    @Test
    void readsYamlAndJsonAlike() {
        Paint expected = new Paint(
                "no",
                Colour.DARK_BLUE,
                new Sourced<>(2.5, Provenance.MEASURED, "scales"),
                3,
                Optional.of(LocalDate.of(2030, 1, 31)));
        assertThat(paint(SpecFile.parse("p", """
                        # a text stays a text, whatever it looks like
                        name: no
                        colour: dark_blue
                        litres: {value: 25e-1, provenance: measured, source: scales}
                        coats: 3
                        until: 2030-01-31
                        """))).isEqualTo(expected);
        assertThat(paint(SpecFile.parse("p", """
                        {"name": "no", "colour": "dark_blue", "coats": 3, "until": "2030-01-31",
                         "litres": {"value": 2.5, "provenance": "measured", "source": "scales"}}
                        """))).isEqualTo(expected);
    }

    @Test
    void reportsAllMistakesTogether() {
        assertThat(messageOf("""
                        name: ""
                        colour: dark-blue
                        litres: {value: -1, provenance: guessed, sauce: scales}
                        coats: 2.5
                        coats: 3
                        untill: 2030-01-31
                        """)).isEqualTo("""
                        paint.yaml:1:7: name: found the text "", expected a text
                        paint.yaml:2:9: colour: found dark-blue, expected one of red, dark_blue. Did you mean dark_blue?
                        paint.yaml:3:9: litres.source: is missing
                        paint.yaml:3:17: litres.value: found -1, expected a number above zero
                        paint.yaml:3:33: litres.provenance: found guessed, expected one of reported, code, measured, \
                        datasheet, derived, fitted, inferred, assumed, recalled
                        paint.yaml:3:42: litres.sauce: is not a field here; expected one of value, provenance, source
                        paint.yaml:4:8: coats: found 2.5, expected a whole number of 1 or more
                        paint.yaml:5:1: coats: is given twice, first on line 4; keep one
                        paint.yaml:6:1: untill: is not a field here; did you mean until?""");
    }

    @Test
    void aRecordsOwnRefusalIsToldWithItsPlace() {
        assertThat(messageOf("""
                        name: Wall
                        colour: red
                        litres: {value: 1, provenance: assumed, source: me}
                        coats: 10
                        """)).isEqualTo("paint.yaml:1:1: Nobody paints 10 coats.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            coats: "3"              | paint.yaml:1:8: coats: found the text "3", expected a whole number of 1 or more
            coats: 0                | paint.yaml:1:8: coats: found 0, expected a whole number of 1 or more
            coats: 0x10             | paint.yaml:1:8: coats: found 0x10, expected a whole number of 1 or more
            coats:                  | paint.yaml:1:7: coats: found nothing, expected a whole number of 1 or more
            coats: 3000000000       | paint.yaml:1:8: coats: found 3000000000, expected a whole number of at most 2147483647
            coats: 99999999999999999999 | paint.yaml:1:8: coats: found 99999999999999999999, expected a whole number of at most 9223372036854775807
            coats: [1]              | paint.yaml:1:8: coats: found a list, expected a whole number of 1 or more
            litres: 3               | paint.yaml:1:9: litres: found 3, expected {value: ..., provenance: ..., source: ...}
            until: 2030-02-30       | paint.yaml:1:8: until: found 2030-02-30, expected a date such as 2023-12-06
            until: {a: b}           | paint.yaml:1:8: until: found a mapping, expected a date such as 2023-12-06
            name: [x]               | paint.yaml:1:7: name: found a list, expected a text
            ? [a]                   | paint.yaml:1:3: a field has no name
            """)
    void saysWhatItFoundAndWhatItExpected(String text, String message) {
        assertThat(messageOf(text).lines()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            .nan   | found .nan, expected a number
            .inf   | found .inf, expected a number
            1e999  | found 1e999, expected a number
            1_000  | found 1_000, expected a number
            '1,5'  | found 1,5, expected a number
            true   | found true, expected a number
            """)
    void aNumberIsADecimalNumber(String text, String message) {
        SpecNode node = SpecFile.parse("n", text);
        assertThatExceptionOfType(SpecException.class).isThrownBy(node::number).withMessage("n:1:1: " + message);
    }

    @Test
    void readsNumbersAsPeopleWriteThem() {
        for (String text : List.of("12", "-0.5", "+3", "1e9", "1.5E-3", ".5", "4.")) {
            assertThat(SpecFile.parse("n", text).number()).isEqualTo(Double.parseDouble(text));
        }
        assertThat(SpecFile.parse("n", "0.25").share()).isEqualTo(0.25);
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.parse("n", "25").share())
                .withMessage("n:1:1: found 25, expected a number from 0 to 1");
        assertThat(SpecFile.parse("n", "true").flag()).isTrue();
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.parse("n", "yes").flag())
                .withMessage("n:1:1: found yes, expected true or false");
    }

    @Test
    void namesTheItemOfAListAndTheKeyOfAMap() {
        SpecNode node = SpecFile.parse("n", "{a: [1, x, 3, y], b: [2]}");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> node.namedValues(each -> each.list(SpecNode::number)))
                .withMessage("n:1:9: a[1]: found x, expected a number\nn:1:15: a[3]: found y, expected a number");
        Map<String, List<String>> texts = node.namedValues(each -> each.list(SpecNode::text));
        assertThat(texts).containsExactly(Map.entry("a", List.of("1", "x", "3", "y")), Map.entry("b", List.of("2")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a: &x 1                          | ok
            {a: &x [1], b: *x}               | n:1:16: the alias *x is not plain data; write the value out where it is used
            &x [*x]                          | n:1:5: the alias *x is not plain data; write the value out where it is used
            a: !!java.net.URL [x]            | n:1:4: the tag !!java.net.URL is not plain data; leave it out
            a: !mine 3                       | n:1:4: the tag !mine is not plain data; leave it out
            a: [                             | n:1:5: is not YAML: expected the node content, but found '<stream end>'
            """)
    void refusesMoreThanPlainData(String text, String message) {
        String met = "ok";
        try {
            SpecFile.parse("n", text);
        } catch (SpecException e) {
            met = e.getMessage();
        }
        assertThat(met).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "---\n"})
    void refusesAnEmptyFile(String text) {
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.parse("n", text).fields(SpecFields::keys));
    }

    @Test
    void refusesWhatIsTooDeepTooLargeOrNoText(@TempDir Path folder) throws Exception {
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.parse("n", "[".repeat(100) + "]".repeat(100)))
                .withMessageContaining("n:1:51: has more than 50 levels of lists and mappings, the most that is read");
        Path large = Files.write(folder.resolve("large.yaml"), new byte[InputLimits.SPEC_BYTES + 1]);
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.open(large))
                .withMessage(large + ": has more than 4,194,304 bytes, the most that is read");
        Path latin = Files.write(folder.resolve("latin.yaml"), "name: Zürich".getBytes(StandardCharsets.ISO_8859_1));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.open(latin))
                .withMessage(latin + ":1:8: is not UTF-8 text: found the byte 0xfc; save it as UTF-8 if it is text");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', 0, 'b'});
        assertThatExceptionOfType(SpecException.class).isThrownBy(() -> SpecFile.open(binary));
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.open(folder.resolve("none.yaml")))
                .withMessage(folder.resolve("none.yaml") + ": there is no such file");
        assertThatExceptionOfType(SpecException.class)
                .isThrownBy(() -> SpecFile.open(folder))
                .withMessage(folder + ": is a directory, expected a file");
        Path marked = Files.writeString(folder.resolve("marked.yaml"), "\uFEFFname: x");
        assertThat(SpecFile.open(marked).namedValues(SpecNode::text)).containsExactly(Map.entry("name", "x"));
    }

    @Test
    void jsonMayBeIndentedByTabs() {
        SpecNode root = SpecFile.parse("tabs.json", "{\n\t\"name\":\t\"a\",\n\t\"sizes\": [1,\t2]\n}");
        List<Integer> sizes = root.fields(fields -> {
            fields.required("name", SpecNode::text);
            SpecField<List<Integer>> found = fields.required("sizes", node -> node.list(SpecNode::count));
            fields.done();
            return found.get();
        });
        assertThat(sizes).containsExactly(1, 2);
    }
}
