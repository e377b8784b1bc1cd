package org.corehours.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeTest {

    private static final Shape SHAPE = Shape.of(2, 3, 4);

    @Test
    void axesCountFromEitherEnd() {
        assertThat(SHAPE.axis(-3)).isZero();
        assertThat(SHAPE.axis(2)).isEqualTo(2);
        assertThat(SHAPE.dimension(0)).isEqualTo(2);
        assertThat(SHAPE.dimension(-1)).isEqualTo(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHAPE.dimension(3))
                .withMessage("The axis 3 is outside the shape [2, 3, 4].");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHAPE.dimension(-4))
                .withMessage("The axis -4 is outside the shape [2, 3, 4].");
    }

    @Test
    void oneDimensionIsReplacedOrRemoved() {
        assertThat(SHAPE.with(-2, 7)).isEqualTo(Shape.of(2, 7, 4));
        assertThat(SHAPE.without(0)).isEqualTo(Shape.of(3, 4));
        assertThat(SHAPE.without(1)).isEqualTo(Shape.of(2, 4));
        assertThat(SHAPE.without(-1)).isEqualTo(Shape.of(2, 3));
        assertThat(SHAPE).isEqualTo(Shape.of(2, 3, 4));
    }

    @Test
    void elementsAreTheProductOfTheDimensions() {
        assertThat(SHAPE.elements()).isEqualTo(24);
        assertThat(SHAPE.elements(1, 3)).isEqualTo(12);
        assertThat(SHAPE.elements(0, 0)).isOne();
        assertThat(Shape.of().elements()).isOne();
    }

    @Test
    void shapesBroadcastFromTheLastDimension() {
        assertThat(Shape.broadcast(Shape.of(5, 1, 4), Shape.of(3, 1))).isEqualTo(Shape.of(5, 3, 4));
        assertThat(Shape.broadcast(Shape.of(4), SHAPE)).isEqualTo(SHAPE);
        assertThat(Shape.broadcast(SHAPE, Shape.of(4))).isEqualTo(SHAPE);
        assertThat(Shape.broadcast(SHAPE, Shape.of())).isEqualTo(SHAPE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.broadcast(SHAPE, Shape.of(2, 4)))
                .withMessage("The shapes [2, 3, 4] and [2, 4] do not broadcast.");
    }

    @Test
    void aDimensionIsAtLeastOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(3, 0))
                .withMessage("The dimension 0 of the shape [3, 0] must be at least 1.");
    }

    @Test
    void nobodyChangesAShapeFromOutside() {
        long[] dimensions = {2, 3};
        Shape shape = Shape.of(dimensions);
        dimensions[0] = 9;
        shape.toArray()[1] = 9;
        assertThat(shape.toArray()).containsExactly(2, 3);
    }

    @Test
    void equalShapesHashAlikeAndOthersSpread() {
        assertThat(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
        assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2));
        assertThat(Shape.of(2, 3).hashCode()).isNotEqualTo(Shape.of(3, 2).hashCode());
    }
}
