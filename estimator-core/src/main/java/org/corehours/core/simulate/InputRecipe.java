package org.corehours.core.simulate;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The usual ways to load and augment images, with what they cost a core.
 *
 * <p>The rates are images per second of one core (AMD Zen 5, Pillow 12.3, libjpeg-turbo 3.1.4) over JPEGs of about 99
 * kB and 0.185 megapixels: decoding 1039, supervised 504, MAE 417, DINO with two global crops 117, with 8 and 10 local
 * crops besides 65 and 58. Decoding is part of each, so the rest is the crops; the local crops' cost is the mean of
 * what the two points say. What is judged instead of measured says so. Masks of patches are drawn in a few tenths of a
 * millisecond at most and are left out.
 *
 * <p>Workers then stack the tensors of a batch in shared memory that is new every time: 0.498 ms for 3 x 224 x 224 numbers
 * of four bytes and 0.088 ms for 3 x 96 x 96, on a core that decodes at 0.80 of the rate above (torch 1.13, batches of 64).
 */
public enum InputRecipe {
    /** Nothing is loaded: synthetic or cached data. */
    NONE("none", 0),
    /** Decoding alone. */
    DECODE("decode", 0),
    /** A random resized crop and a flip. */
    SUPERVISED("supervised", 1 / 504.0 - 1 / 1039.0 + Stack.SECONDS),
    /** A random resized crop with bicubic interpolation and a flip. */
    MAE("mae", 1 / 417.0 - 1 / 1039.0 + Stack.SECONDS),
    /** As MAE, and two random operations on the crop: judged to cost 0.8 ms, from rotations to contrast. */
    RANDAUGMENT("randaugment", 1 / 417.0 - 1 / 1039.0 + 0.8e-3 + Stack.SECONDS),
    /**
     * DeiT-III's: as MAE, and of grey, solarization and blur one, then colour jitter without hue. On a core that decodes at
     * 0.80 of the rate above these took 0.16, 0.10, 1.80 and 1.14 ms (Pillow 9.4).
     */
    THREE_AUGMENT(
            "three-augment",
            1 / 417.0 - 1 / 1039.0 + 0.80 * ((0.16e-3 + 0.10e-3 + 1.80e-3) / 3 + 1.14e-3) + Stack.SECONDS),
    /**
     * BEiT's: colour jitter of the whole image, judged to cost 1 ms, and the region cropped twice, at 224 for the model
     * and at 112, with a quarter of the pixels, for the tokenizer.
     */
    BEIT("beit", 1.25 * (1 / 417.0 - 1 / 1039.0 + Stack.SECONDS) + 1e-3),
    /** BEiT's with the tokenizer's crop at 224, as PeCo's tokenizer needs for one code per patch. */
    PECO("peco", 2 * (1 / 417.0 - 1 / 1039.0 + Stack.SECONDS) + 1e-3),
    /** As supervised in the host's native code: decoded by libjpeg-turbo at 1138 images per second (OpenCV). */
    NATIVE("native", 1 / 504.0 - 1 / 1039.0 + 1 / 1138.0 - 1 / 1039.0),
    /**
     * As supervised by DALI, decoded by nvJPEG in part on the host, in part by the device's multiprocessors, which crop
     * and flip as well. The host reads Huffman's code, judged to be two fifths of decoding. An A100 decodes about 6000
     * images per second so, which is taken for any device: more than a newer one needs (NVIDIA/DALI#5362).
     */
    DALI("dali", -0.6 / 1039.0, 1 / 6000.0, 0),
    /**
     * The same by the decoder of its own that an A100 and an H100 have: 5000 images per second beside the kernels of a
     * step (NVIDIA/DALI#5362). The host reads files and headers, judged to be a tenth of decoding.
     */
    DALI_DECODER("dali-decoder", -0.9 / 1039.0, 0, 1 / 5000.0);

    /** Stacking the tensor of a crop of 224 pixels in a batch. */
    private static final class Stack {
        static final double SECONDS_PER_PIXEL = 0.80 * 0.498e-3 / (224 * 224);
        static final double SECONDS = SECONDS_PER_PIXEL * 224 * 224;
    }

    /** Where the rates come from. */
    public static final String SOURCE = "LOCAL";

    private static final double DECODE_SECONDS = 1 / 1039.0;

    /** A global crop at 224: bicubic crop, flip, colour jitter, grey, blur, solarization. */
    private static final double GLOBAL_CROP_SECONDS = (1 / 117.0 - DECODE_SECONDS) / 2;

    /** A local crop at 96, the mean of the points with 8 and with 10 of them. */
    private static final double LOCAL_CROP_SECONDS = ((1 / 65.0 - 1 / 117.0) / 8 + (1 / 58.0 - 1 / 117.0) / 10) / 2;

    private static final double SECONDS_PER_PIXEL =
            (GLOBAL_CROP_SECONDS - LOCAL_CROP_SECONDS) / (224.0 * 224.0 - 96.0 * 96.0);

    /** ImageNet-1k's training set: 146 GB in 1,281,167 files. */
    private static final double BYTES_PER_IMAGE = 146e9 / 1_281_167;

    private static final Pattern CROPS = Pattern.compile("(?:dino|ibot)-(\\d+)x(\\d+)(?:\\+(\\d+)x(\\d+))?");

    private final String id;
    private final double cropSeconds;
    private final double deviceSeconds;
    private final double decoderSeconds;

    InputRecipe(String id, double cropSeconds) {
        this(id, cropSeconds, 0, 0);
    }

    InputRecipe(String id, double cropSeconds, double deviceSeconds, double decoderSeconds) {
        this.id = id;
        this.cropSeconds = cropSeconds;
        this.deviceSeconds = deviceSeconds;
        this.decoderSeconds = decoderSeconds;
    }

    /** {@return the id in specifications} */
    public String id() {
        return id;
    }

    private InputDemand demand() {
        return this == NONE
                ? InputDemand.NONE
                : new InputDemand(
                        id,
                        DECODE_SECONDS + cropSeconds,
                        BYTES_PER_IMAGE,
                        deviceSeconds,
                        decoderSeconds,
                        SOURCE,
                        InputSupply.OF_MACHINE);
    }

    /**
     * The demand of a recipe by its id: one of this enumeration, or a multi-crop recipe written
     * {@code dino-2x224+10x96}, which is two global crops of 224 pixels and ten local ones of 96.
     *
     * @param id the id
     * @return its demand per image, all crops together
     * @throws IllegalArgumentException if there is no such recipe
     */
    public static InputDemand demand(String id) {
        Matcher crops = CROPS.matcher(id);
        if (crops.matches()) {
            double seconds = DECODE_SECONDS + crops(crops.group(1), crops.group(2));
            if (crops.group(3) != null) {
                seconds += crops(crops.group(3), crops.group(4));
            }
            return new InputDemand(id, seconds, BYTES_PER_IMAGE, SOURCE);
        }
        for (InputRecipe recipe : values()) {
            if (recipe.id.equals(id.toLowerCase(Locale.ROOT))) {
                return recipe.demand();
            }
        }
        throw new IllegalArgumentException("There is no input recipe " + id + "; there are "
                + Arrays.stream(values()).map(InputRecipe::id).collect(Collectors.joining(", "))
                + " and multi-crop recipes such as dino-2x224+10x96.");
    }

    /** The cost of crops: linear in their pixels, through the two sizes that were measured. */
    private static double crops(String count, String size) {
        double pixels = Double.parseDouble(size) * Double.parseDouble(size);
        return Integer.parseInt(count)
                * (LOCAL_CROP_SECONDS + (pixels - 96.0 * 96.0) * SECONDS_PER_PIXEL + pixels * Stack.SECONDS_PER_PIXEL);
    }
}
