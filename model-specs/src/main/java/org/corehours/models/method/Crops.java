package org.corehours.models.method;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;

/**
 * The views of one image that a self-distillation step sees.
 *
 * @param globals large crops, seen by teacher and student
 * @param globalPixels side of a large crop
 * @param locals small crops, seen by the student alone; 0 for none
 * @param localPixels side of a small crop
 */
public record Crops(int globals, int globalPixels, int locals, int localPixels) {
    /** Two crops of 224 pixels, and small ones of 96. */
    public static Crops standard(int locals) {
        return new Crops(2, 224, locals, 96);
    }

    public Crops {
        if (globals < 1 || locals < 0) {
            throw new IllegalArgumentException("There must be at least one global crop and no negative number of local"
                    + " ones, not " + globals + " and " + locals + ".");
        }
    }

    /** The id of the input recipe that makes these views, such as {@code dino-2x224+10x96}. */
    String input(String family) {
        return family + "-" + globals + "x" + globalPixels + (locals == 0 ? "" : "+" + locals + "x" + localPixels);
    }

    public int count() {
        return globals + locals;
    }

    /** All large crops of a batch, one after the other. */
    Tensor global(GraphBuilder b) {
        return joined(b, "global_crops", globals, globalPixels);
    }

    /** All small crops of a batch, one after the other. */
    Tensor local(GraphBuilder b) {
        return joined(b, "local_crops", locals, localPixels);
    }

    private static Tensor joined(GraphBuilder b, String name, int count, int pixels) {
        Tensor[] crops = new Tensor[count];
        for (int i = 0; i < count; i++) {
            crops[i] = b.input(name + "." + i, b.batch(), 3, pixels, pixels);
        }
        return b.concatenate(0, crops);
    }
}
