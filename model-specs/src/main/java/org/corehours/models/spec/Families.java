package org.corehours.models.spec;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.corehours.core.graph.Operator.Attention.Masking;
import org.corehours.core.graph.Operator.ScalePlacement;
import org.corehours.models.ImageNetwork;
import org.corehours.models.Network;
import org.corehours.models.text.LanguageBlock;
import org.corehours.models.text.LanguageModel;
import org.corehours.models.vision.CaiT;
import org.corehours.models.vision.Code;
import org.corehours.models.vision.ConvNeXt;
import org.corehours.models.vision.Dinov2;
import org.corehours.models.vision.GroupingReading;
import org.corehours.models.vision.HybridVisionTransformer;
import org.corehours.models.vision.MlpMixer;
import org.corehours.models.vision.PerceptualGroupTokenizer;
import org.corehours.models.vision.ProjectedVisionTransformer;
import org.corehours.models.vision.ResNet;
import org.corehours.models.vision.ResNetV2;
import org.corehours.models.vision.SwinTransformer;
import org.corehours.models.vision.SwinTransformerV2;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.TransformerBlock.LayerScale;
import org.corehours.models.vision.TransformerBlock.Mlp;
import org.corehours.models.vision.TransformerBlock.Norm;
import org.corehours.models.vision.TransformerBlock.QkvBias;
import org.corehours.models.vision.VisionTransformer;
import org.corehours.models.vision.VisionTransformer.Embedding;
import org.corehours.models.vision.VisionTransformer.Pooling;
import org.corehours.models.vision.VisionTransformer.Positions;
import org.corehours.models.vision.VisionTransformer.Prefix;
import org.corehours.models.vision.VisionTransformer.Readout;
import org.corehours.models.vision.VisionTransformer.Relative;

/** The families a model file can name, and what each is described by. */
final class Families {

    private static final int LARGEST_IMAGE = 100_000;

    /** Swin's width doubles per stage, and so does the area a token stands for: more stages than this are none. */
    private static final int MOST_STAGES = 12;

    private static final String CLASSES = "Outputs of the classifier.";
    private static final String MAP_CLASSES = "Outputs of the classifier; 0 for none: the network gives its last map.";

    private static final RecordKind<TransformerBlock> TRANSFORMER_BLOCK = RecordKind.of(
                    TransformerBlock.class,
                    "transformer_block",
                    "A block of self-attention and MLP, each a residual branch.")
            .field("width", Kinds.size(), "Token width.")
            .field("heads", Kinds.size(), "Attention heads; divide the width.")
            .derived(
                    "mlp_width",
                    Kinds.size(),
                    "4 × width",
                    given -> 4 * Kinds.givenSize(given, "width"),
                    "Hidden width of the MLP, of each half where it is gated.")
            .field(
                    "norm",
                    Kinds.choice(Norm.class),
                    Norm.PRE,
                    "Whether a layer norm stands before each branch or at its end, before the sum.")
            .field(
                    "qkv_bias",
                    Kinds.choice(QkvBias.class),
                    QkvBias.ALL,
                    "Which of query, key and value have a bias; a key's cancels in the softmax.")
            .field("qk_norm", Kinds.flag(), false, "Whether queries and keys are layer-normalized per head.")
            .field(
                    "scaling",
                    Kinds.choice(LayerScale.class),
                    LayerScale.NONE,
                    "Whether a learned vector scales each branch, as a module or as a parameter of the block.")
            .field("mlp", Kinds.choice(Mlp.class), Mlp.GELU, "The MLP's nonlinearity.")
            .field("drop_path", Kinds.share(), 0.0, "Rate at which branches are dropped in training.")
            .field("code", Kinds.choice(Code.class), Code.TIMM, "Whose code computes it.")
            .field(
                    "scale",
                    Kinds.choice(ScalePlacement.class),
                    ScalePlacement.QUERY,
                    "What attention's 1/sqrt(d) multiplies.")
            .build();

    private static final RecordKind<Prefix> PREFIX = RecordKind.of(
                    Prefix.class, "vit_prefix", "Learned tokens before the patches.")
            .field("class_token", Kinds.flag(), true, "Whether there is a class token.")
            .field("distillation_token", Kinds.flag(), false, "Whether there is one for a teacher's label.")
            .field("registers", Kinds.whole(0, 10_000), 0, "Tokens with no output of their own.")
            .build();

    private static final RecordKind<Relative> RELATIVE = RecordKind.of(
                    Relative.class, "vit_relative_positions", "Bias of the attention scores by relative position.")
            .field(
                    "kind",
                    Kinds.choice(Relative.Kind.class),
                    Relative.Kind.NONE,
                    "Whether the bias is learned per offset or made by a small network.")
            .field("shared", Kinds.flag(), false, "Whether one bias serves all blocks.")
            .field("hidden", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Hidden width of the network, if there is one.")
            .build();

    private static final RecordKind<Readout> READOUT = RecordKind.of(
                    Readout.class, "vit_readout", "What follows the blocks.")
            .field(
                    "pooling",
                    Kinds.choice(Pooling.class),
                    Pooling.TOKEN,
                    "What the classifier reads: the class token, class and distillation tokens, the mean of the"
                            + " patches, or a learned query's attention.")
            .field(
                    "norm_after_pooling",
                    Kinds.flag(),
                    false,
                    "Whether the final layer norm follows the pooling instead of the blocks.")
            .field("representation", Kinds.flag(), false, "Whether a tanh layer stands before the classifier.")
            .field("classes", classes(), 1000, "Outputs of the classifier; 0 for none.")
            .build();

    private static final RecordKind<VisionTransformer> VIT = RecordKind.of(
                    VisionTransformer.class,
                    "vit",
                    "The Vision Transformer and its relatives: DeiT, BEiT, DINOv2, CLIP's image tower.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("patch", image(), "Side of a patch, in pixels.")
            .field(
                    "embedding",
                    Kinds.choice(Embedding.class),
                    Embedding.CONVOLUTION,
                    "How pixels become tokens: a convolution, one without bias and with a norm after it (CLIP), or a"
                            + " linear layer between two norms.")
            .field("prefix", PREFIX, Prefix.CLASS, "Tokens before the patches.")
            .field(
                    "positions",
                    Kinds.choice(Positions.class),
                    Positions.ALL_TOKENS,
                    "What the absolute position embedding covers.")
            .field("relative", RELATIVE, Relative.NONE, "Relative positions.")
            .field("block", TRANSFORMER_BLOCK, "One block.")
            .field("depth", Kinds.repeats(), "Blocks.")
            .field("readout", READOUT, Readout.token(1000), "What follows the blocks.")
            .build();

    private static final RecordKind<Dinov2> DINOV2 = RecordKind.of(
                    Dinov2.class,
                    "dinov2",
                    "DINOv2's Vision Transformer as transformers has it. timm's, without mask token, is of family vit.")
            .field("tower", VIT, "The transformer; its own readout must have no classes.")
            .field("mask_token", Kinds.flag(), true, "Whether the weights hold the token of masked patches.")
            .field(
                    "classes",
                    classes(),
                    0,
                    "Outputs of a classifier of the class token and the mean of the patches; 0 for none.")
            .build();

    private static final RecordKind<ProjectedVisionTransformer> PROJECTED = RecordKind.of(
                    ProjectedVisionTransformer.class,
                    "projected_vit",
                    "A Vision Transformer whose feature is projected into a space shared with text (CLIP).")
            .field("tower", VIT, "The transformer; its own readout must have no classes.")
            .field("projection", Kinds.size(), "Width of the shared space.")
            .build();

    private static final RecordKind<SwinTransformer> SWIN = RecordKind.of(
                    SwinTransformer.class,
                    "swin",
                    "The Swin Transformer: attention within shifted windows, tokens merged between stages.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("patch", image(), 4, "Side of a patch, in pixels.")
            .field("embedding", Kinds.size(), "Token width of the first stage; doubles with each.")
            .field("depths", stages(Kinds.whole(2, Kinds.MOST_REPEATS)), "Blocks of each stage, even numbers.")
            .field("heads", stages(Kinds.size()), "Attention heads of each stage.")
            .derived(
                    "windows",
                    stages(image()),
                    "7 for each stage",
                    given -> Collections.nCopies(Kinds.givenItems(given, "depths"), 7),
                    "Side of each stage's windows, in tokens.")
            .field("classes", classes(), 1000, "Outputs of the classifier; 0 for none.")
            .field("drop_path", Kinds.share(), 0.0, "Rate at which branches are dropped in training.")
            .field("code", Kinds.choice(Code.class), Code.TIMM, "Whose code computes it.")
            .build();

    private static final RecordKind<CaiT> CAIT = RecordKind.of(
                    CaiT.class, "cait", "CaiT: attention heads that talk to each other, the class token late.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("width", Kinds.size(), "Token width.")
            .field("depth", Kinds.repeats(), "Blocks of the patch tokens.")
            .field("heads", Kinds.size(), "Attention heads; divide the width.")
            .field("classes", Kinds.size(), 1000, CLASSES)
            .build();

    private static final RecordKind<ConvNeXt> CONVNEXT = RecordKind.of(
                    ConvNeXt.class, "convnext", "ConvNeXt and ConvNeXt V2: 7 × 7 convolutions per channel, and MLPs.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field(
                    "stem",
                    Kinds.choice(ConvNeXt.Stem.class),
                    ConvNeXt.Stem.PATCHES,
                    "Whether pixels enter as patches of 4 × 4 or through two convolutions, the first as wide or half.")
            .field("depths", stages(Kinds.repeats()), "Blocks of each stage.")
            .field("widths", stages(Kinds.size()), "Channels of each stage.")
            .field(
                    "convolutional_mlp",
                    Kinds.flag(),
                    false,
                    "Whether the MLP is written as 1 × 1 convolutions instead of linear layers.")
            .field(
                    "balance",
                    Kinds.choice(ConvNeXt.Balance.class),
                    ConvNeXt.Balance.LAYER_SCALE,
                    "What keeps channels in balance: nothing, a factor at the end of a branch, or V2's response norm.")
            .field(
                    "norm_before_pooling",
                    Kinds.flag(),
                    false,
                    "Whether the final norm stands before the pooling instead of after it.")
            .field("classes", Kinds.size(), 1000, CLASSES)
            .build();

    private static final RecordKind<MlpMixer> MLP_MIXER = RecordKind.of(
                    MlpMixer.class,
                    "mlp_mixer",
                    "MLP-Mixer, ResMLP and gMLP: layers across patches and across channels.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("patch", image(), "Side of a patch, in pixels.")
            .field("width", Kinds.size(), "Token width.")
            .field("depth", Kinds.repeats(), "Blocks.")
            .field(
                    "mixing",
                    Kinds.choice(MlpMixer.Mixing.class),
                    MlpMixer.Mixing.MLP,
                    "What mixes patches: an MLP, a gated one, a linear layer (ResMLP), or a gate within the channels' MLP"
                            + " (gMLP).")
            .field(
                    "patch_mlp_width",
                    Kinds.whole(0, Kinds.LARGEST_SIZE),
                    0,
                    "Hidden width across patches, where there is an MLP.")
            .field("mlp_width", Kinds.size(), "Hidden width across channels.")
            .field("classes", Kinds.size(), 1000, CLASSES)
            .build();

    private static final RecordKind<ResNet.Stem> STEM = RecordKind.of(
                    ResNet.Stem.class, "resnet_stem", "How pixels enter: one 7 × 7 convolution, or three of 3 × 3.")
            .field("deep", Kinds.flag(), false, "Whether it is three.")
            .field("first", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Channels of the first of three.")
            .field("second", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Channels of the second of three.")
            .field("out", Kinds.size(), 64, "Channels that leave.")
            .build();

    private static final RecordKind<ResNet> RESNET = RecordKind.of(
                    ResNet.class, "resnet", "ResNet, ResNeXt, Wide ResNet, SE- and ECA-ResNet, ResNet-RS.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field(
                    "bottleneck",
                    Kinds.flag(),
                    true,
                    "Whether a block is 1 × 1, 3 × 3, 1 × 1 instead of two 3 × 3 convolutions.")
            .field("layers", stages(Kinds.repeats()), "Blocks of each stage.")
            .field("groups", Kinds.size(), 1, "Groups of the bottleneck's 3 × 3 convolution.")
            .field("group_width", Kinds.size(), 64, "Channels of a group in the first stage.")
            .field("stem", STEM, ResNet.Stem.PLAIN, "How pixels enter.")
            .field(
                    "pooled_stem",
                    Kinds.flag(),
                    true,
                    "Whether the stem ends in max pooling, not a strided convolution.")
            .field(
                    "averaged_shortcut",
                    Kinds.flag(),
                    false,
                    "Whether a shortcut averages before its convolution instead of striding.")
            .field(
                    "attention",
                    Kinds.choice(ResNet.ChannelAttention.class),
                    ResNet.ChannelAttention.NONE,
                    "How a branch ends by weighing its channels: squeeze and excitation to a sixteenth or a quarter of"
                            + " them, or a convolution across them (ECA).")
            .field(
                    "shrinking",
                    Kinds.choice(ResNet.Shrinking.class),
                    ResNet.Shrinking.STRIDE,
                    "What shrinks a map within a branch: a convolution's stride, averages or a blur.")
            .field("norm", Kinds.choice(ResNet.Norm.class), ResNet.Norm.BATCH, "Which norms; groups are 32.")
            .field("classes", classes(), 1000, MAP_CLASSES)
            .build();

    private static final RecordKind<ResNetV2> RESNET_V2 = RecordKind.of(
                    ResNetV2.class,
                    "resnet_v2",
                    "ResNet with norms before convolutions, and Big Transfer's form of it.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("layers", stages(Kinds.repeats()), "Blocks of each stage.")
            .field("width_factor", Kinds.whole(1, 1000), 1, "Multiple of the standard channels.")
            .field("stem", STEM, ResNet.Stem.PLAIN, "How pixels enter.")
            .field(
                    "averaged_shortcut",
                    Kinds.flag(),
                    false,
                    "Whether a shortcut averages before its convolution instead of striding.")
            .field("norm", Kinds.choice(ResNet.Norm.class), ResNet.Norm.BATCH, "Which norms; groups are 32.")
            .field("standardized", Kinds.flag(), false, "Whether convolutions' weights are standardized.")
            .field("norm_first", Kinds.flag(), true, "Whether norms stand before the convolutions.")
            .field("classes", classes(), 1000, MAP_CLASSES)
            .build();

    private static final VariantKind<ImageNetwork> MAP =
            new VariantKind<>("map_network", "A network without classes that gives a map.", List.of(RESNET, RESNET_V2));

    private static final RecordKind<HybridVisionTransformer> HYBRID = RecordKind.of(
                    HybridVisionTransformer.class,
                    "hybrid_vit",
                    "A Vision Transformer that reads the map of a residual network instead of an image.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("stride", image(), "Pixels of the image that a pixel of the map stands for, along a side.")
            .field("map", MAP, "Makes the map; must have no classes.")
            .field("tower", VIT, "The transformer; its image size and patch are in pixels of the map.")
            .build();

    private static final RecordKind<SwinTransformerV2> SWIN_V2 = RecordKind.of(
                    SwinTransformerV2.class,
                    "swin_v2",
                    "Swin Transformer V2: attention by cosine, norms at the end of branches, relative positions from a"
                            + " small network.")
            .field("image_size", image(), 256, "Side of the square image, in pixels.")
            .field("patch", image(), 4, "Side of a patch, in pixels.")
            .field("embedding", Kinds.size(), "Token width of the first stage; doubles with each.")
            .field("depths", stages(Kinds.whole(2, Kinds.MOST_REPEATS)), "Blocks of each stage, even numbers.")
            .field("heads", stages(Kinds.size()), "Attention heads of each stage.")
            .field("window", image(), 8, "Side of the windows, in tokens.")
            .field(
                    "version",
                    Kinds.choice(SwinTransformerV2.Version.class),
                    SwinTransformerV2.Version.AUTHORS,
                    "Whose: the authors', or Reich's (timm's swinv2_cr), without or with a norm per stage.")
            .field("classes", classes(), 1000, CLASSES)
            .build();

    private static final RecordKind<GroupingReading.Flow> FLOW = RecordKind.of(
                    GroupingReading.Flow.class, "grouping_flow", "A normalizing flow of affine couplings.")
            .field("couplings", Kinds.whole(0, 1000), 0, "How many; 0 leaves the Gaussian as it is.")
            .field("hidden_width", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Hidden width of a coupling's network.")
            .field("hidden_layers", Kinds.whole(0, 1000), 0, "Hidden layers of a coupling's network.")
            .build();

    private static final GroupingReading READ = GroupingReading.PER_HEAD;

    private static final RecordKind<GroupingReading> READING = RecordKind.of(
                    GroupingReading.class,
                    "grouping_reading",
                    "One way to read what the Perceptual Group Tokenizer's paper leaves open.")
            .field(
                    "tokens_per_head",
                    Kinds.flag(),
                    READ.tokensPerHead(),
                    "Whether the number of group tokens is that of one head.")
            .field(
                    "width_per_head",
                    Kinds.flag(),
                    READ.widthPerHead(),
                    "Whether the width of group tokens is that of one head.")
            .field(
                    "shared_over_heads",
                    Kinds.flag(),
                    READ.sharedOverHeads(),
                    "Whether queries and GRU have the same weights for all heads.")
            .field("group_mlp", Kinds.flag(), READ.groupMlp(), "Whether an MLP follows the GRU.")
            .field(
                    "refinement",
                    Kinds.choice(GroupingReading.Refinement.class),
                    READ.refinement(),
                    "How group tokens reach the input tokens.")
            .field(
                    "differentiation",
                    Kinds.choice(GroupingReading.Differentiation.class),
                    READ.differentiation(),
                    "Which rounds of binding the backward computation passes through.")
            .field(
                    "sampled_per_image",
                    Kinds.flag(),
                    READ.sampledPerImage(),
                    "Whether every image draws its group tokens.")
            .field("flow", FLOW, READ.flow(), "The flow that shapes the noise.")
            .build();

    private static final RecordKind<PerceptualGroupTokenizer> PGT = RecordKind.of(
                    PerceptualGroupTokenizer.class,
                    "perceptual_group_tokenizer",
                    "The Perceptual Group Tokenizer: input tokens bound to a few sampled groups.")
            .field("image_size", image(), 224, "Side of the square image, in pixels.")
            .field("patch", image(), 4, "Side of a patch, in pixels.")
            .field("width", Kinds.size(), 384, "Token width.")
            .field("group_widths", stages(Kinds.size()), List.of(98, 192, 288), "Group token widths, one per block.")
            .field("layers_per_block", Kinds.repeats(), 10, "Grouping layers of a block.")
            .field("iterations", Kinds.whole(1, 1000), 3, "Rounds of binding in a layer.")
            .field("heads", Kinds.size(), 6, "Grouping heads.")
            .field("group_tokens", Kinds.size(), 256, "Group tokens of a layer.")
            .field("mlp_width", Kinds.size(), 384, "Hidden width of the MLPs.")
            .field("summary_width", Kinds.size(), 2048, "Width of the token that attends to the groups at the end.")
            .field("reading", READING, READ, "What the paper leaves open.")
            .build();

    private static final RecordKind<LanguageBlock> LANGUAGE_BLOCK = RecordKind.of(
                    LanguageBlock.class,
                    "language_block",
                    "A block of self-attention and MLP on text, as BERT, GPT and Llama have it.")
            .field("width", Kinds.size(), "Token width.")
            .field("heads", Kinds.size(), "Attention heads; divide the width.")
            .derived(
                    "key_value_heads",
                    Kinds.size(),
                    "as many as heads",
                    given -> Kinds.givenSize(given, "heads"),
                    "Heads of keys and values, each serving several queries; divide the heads.")
            .derived(
                    "mlp_width",
                    Kinds.size(),
                    "4 × width",
                    given -> 4 * Kinds.givenSize(given, "width"),
                    "Hidden width of the MLP.")
            .field("norm", Kinds.choice(LanguageBlock.Norm.class), LanguageBlock.Norm.LAYER, "Which norm.")
            .field(
                    "norm_first",
                    Kinds.flag(),
                    true,
                    "Whether norms stand before the branches (GPT, Llama) instead of after the sums (BERT).")
            .field(
                    "bias",
                    Kinds.choice(LanguageBlock.Bias.class),
                    LanguageBlock.Bias.ALL,
                    "Which linear layers have biases.")
            .field("joint", Kinds.flag(), false, "Whether query, key and value are one linear layer.")
            .field("rotary", Kinds.flag(), false, "Whether positions turn queries and keys.")
            .field("mlp", Kinds.choice(LanguageBlock.Mlp.class), LanguageBlock.Mlp.GELU, "The MLP's nonlinearity.")
            .field(
                    "masking",
                    Kinds.choice(Masking.class),
                    Masking.REPLACED,
                    "Whether tokens see only those before them, and how scores are masked; the work is counted in full.")
            .field(
                    "dropout",
                    Kinds.flag(),
                    false,
                    "Whether attention weights and the end of each branch drop out while training.")
            .build();

    private static final RecordKind<LanguageModel> LANGUAGE = RecordKind.of(
                    LanguageModel.class, "language", "Transformers on text: BERT, GPT-2, OPT, Llama.")
            .field("vocabulary", Kinds.size(), "Tokens there are.")
            .field("sequence_length", Kinds.size(), "Tokens of a sample.")
            .field(
                    "positions",
                    Kinds.whole(0, Kinds.LARGEST_SIZE),
                    0,
                    "Rows of the learned position embedding; 0 for none.")
            .field("segments", Kinds.whole(0, Kinds.LARGEST_SIZE), 0, "Rows of the segment embedding; 0 for none.")
            .field("embedding_norm", Kinds.flag(), false, "Whether a norm follows the embeddings.")
            .field("block", LANGUAGE_BLOCK, "One block.")
            .field("depth", Kinds.repeats(), "Blocks.")
            .field(
                    "head",
                    Kinds.choice(LanguageModel.Head.class),
                    LanguageModel.Head.NEXT_TOKEN,
                    "What follows the blocks.")
            .build();

    /** All families by the name files give them. */
    static final List<RecordKind<? extends Network>> ALL = List.of(
            VIT, DINOV2, PROJECTED, HYBRID, SWIN, SWIN_V2, CAIT, CONVNEXT, MLP_MIXER, RESNET, RESNET_V2, PGT, LANGUAGE);

    private Families() {}

    static List<String> names() {
        return ALL.stream().<String>map(RecordKind::name).toList();
    }

    static RecordKind<? extends Network> named(String name) {
        return ALL.stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
    }

    /** The family of a network, if it has one that files can name. */
    static Optional<RecordKind<? extends Network>> of(Network network) {
        return ALL.stream().filter(kind -> kind.describes(network)).findFirst();
    }

    /** The fields of a network that differ from its family's defaults. */
    static Map<String, Object> write(RecordKind<? extends Network> family, Network network) {
        return family.writeFields(network);
    }

    private static ValueKind<Integer> image() {
        return Kinds.whole(1, LARGEST_IMAGE);
    }

    private static ValueKind<Integer> classes() {
        return Kinds.whole(0, Kinds.LARGEST_SIZE);
    }

    private static <T> ValueKind<List<T>> stages(ValueKind<T> item) {
        return Kinds.list(item, 1, MOST_STAGES);
    }
}
