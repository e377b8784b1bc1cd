package org.corehours.cli.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.corehours.spec.SpecException;
import org.junit.jupiter.api.Test;

class MeasuredTableTest {

    private static MeasuredTable read(String text) {
        return MeasuredTable.read("t.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void cellsKnowWhereTheyStand() {
        MeasuredTable table = read("\uFEFFa,b,c\n# from, somewhere \"else\n\n1,\"x, \n y\",3\r\n4, 5 ,\"6\"\"\"\n");
        assertThat(table.header()).containsExactly("a", "b", "c");
        assertThat(table.rows()).hasSize(2);
        MeasuredTable.Row first = table.rows().get(0);
        assertThat(first.line()).isEqualTo(4);
        assertThat(first.text("b")).isEqualTo("x, \n y");
        assertThat(first.place("b")).isEqualTo("t.csv:4:3");
        assertThat(first.place("none")).isEqualTo("t.csv:4");
        MeasuredTable.Row second = table.rows().get(1);
        assertThat(second.line()).isEqualTo(6);
        assertThat(second.text("b")).isEqualTo("5");
        assertThat(second.text("c")).isEqualTo("6\"");
    }

    @Test
    void aBadCellIsNamedWithItsPlace() {
        MeasuredTable.Row row = read("a,b\n1,many\n").rows().get(0);
        assertThatThrownBy(() -> Cells.wholeNumber(row, "b"))
                .isInstanceOf(NotCoveredException.class)
                .hasMessage("t.csv:2:3: b is no number: \"many\"");
    }

    @Test
    void aTableWithMistakesIsRefusedWithTheirPlace() {
        assertThatThrownBy(() -> read("")).isInstanceOf(SpecException.class).hasMessageContaining("is empty");
        assertThatThrownBy(() -> read("a,b\n1\n")).hasMessageContaining("t.csv:2:1: has 1 cells, expected 2");
        assertThatThrownBy(() -> read("a,b,a\n")).hasMessageContaining("t.csv:1:5: names the column \"a\" twice");
        assertThatThrownBy(() -> read("a\n\"open\n"))
                .hasMessageContaining("t.csv:3:1")
                .hasMessageContaining("no CSV");
    }
}
