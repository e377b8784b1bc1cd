package org.corehours.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpaceTest {

    private static final List<Axis> AXES = List.of(
            new Axis("devices", List.of("1", "2", "4")),
            new Axis("batch", List.of("8", "16")),
            new Axis("epochs", List.of("1", "2", "3", "4", "5")));

    @Test
    void aGridHasEveryCombinationOnceAndTheLastAxisVariesFastest() {
        Space space = Space.grid(AXES);
        Set<List<Integer>> seen = new HashSet<>();
        for (long i = 0; i < space.size(); i++) {
            seen.add(at(space, i));
        }
        assertThat(space.size()).isEqualTo(30);
        assertThat(seen).hasSize(30);
        assertThat(at(space, 1)).containsExactly(0, 0, 1);
        assertThat(at(space, 5)).containsExactly(0, 1, 0);
        assertThat(at(space, 29)).containsExactly(2, 1, 4);
    }

    @Test
    void aSampleIsTheSameWhereverItIsEntered() {
        Space space = Space.sample(AXES, 200);
        Space.Walk walk = space.walk();
        List<List<Integer>> inOrder = new ArrayList<>();
        for (long i = 0; i < 200; i++) {
            inOrder.add(list(walk.choice(i)));
        }
        for (int i : new int[] {0, 1, 17, 63, 64, 199}) {
            assertThat(at(space, i)).isEqualTo(inOrder.get(i));
        }
        assertThat(new HashSet<>(inOrder)).as("200 points over 30 combinations").hasSize(30);
    }

    @Test
    void whatCannotBeCountedIsRefused() {
        List<Axis> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(new Axis(
                    "a" + i, IntStream.range(0, 1000).mapToObj(String::valueOf).toList()));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Space.grid(many)).withMessageContaining("sample");
        assertThat(Space.sample(many, 10).size()).isEqualTo(10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Space.grid(List.of(AXES.get(0), AXES.get(0))))
                .withMessageContaining("twice");
    }

    private static List<Integer> at(Space space, long index) {
        return list(space.walk().choice(index));
    }

    private static List<Integer> list(int[] choice) {
        return Arrays.stream(choice).boxed().toList();
    }
}
