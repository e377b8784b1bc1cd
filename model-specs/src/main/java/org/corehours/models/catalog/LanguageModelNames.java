package org.corehours.models.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.core.graph.Operator.Attention.Masking;
import org.corehours.models.Model;
import org.corehours.models.text.LanguageBlock;
import org.corehours.models.text.LanguageModel;
import org.corehours.models.text.LanguageModel.Head;

/**
 * The names of language models: {@code bert_base}, {@code gpt2_large}, {@code opt_1.3b}, {@code llama_7b},
 * {@code llama2_70b}, {@code llama3_8b}, each also with hyphens. Sequences are of the length that the model was trained
 * on. BERT names the masked tokens; {@code bert_base_pooler} gives the first token, {@code bert_base_none} all of them.
 */
final class LanguageModelNames implements ModelFamily {
    private static final Pattern BERT = Pattern.compile("bert_(base|large)(?:_(pooler|none|mlm))?");
    private static final Pattern GPT = Pattern.compile("gpt2(?:_(small|medium|large|xl))?(_nohead)?");

    private static final int BERT_VOCABULARY = 30_522;
    private static final int GPT_VOCABULARY = 50_257;
    private static final int OPT_VOCABULARY = 50_272;

    /** OPT's positions start at the third row. */
    private static final int OPT_POSITIONS = 2050;

    /** Width, blocks and heads: Radford et al., 2019, table 2. */
    private static final Map<String, int[]> GPT_SIZES = Map.of(
            "small", new int[] {768, 12, 12},
            "medium", new int[] {1024, 24, 16},
            "large", new int[] {1280, 36, 20},
            "xl", new int[] {1600, 48, 25});

    /** Width, blocks and heads: Zhang et al., 2022, table 1. */
    private static final Map<String, int[]> OPT_SIZES = Map.of(
            "opt_125m", new int[] {768, 12, 12},
            "opt_1.3b", new int[] {2048, 24, 32},
            "opt_2.7b", new int[] {2560, 32, 32},
            "opt_6.7b", new int[] {4096, 32, 32},
            "opt_13b", new int[] {5120, 40, 40},
            "opt_30b", new int[] {7168, 48, 56},
            "opt_66b", new int[] {9216, 64, 72});

    /**
     * Vocabulary, sequence, width, blocks, heads, key-value heads and MLP width: the Llama papers (arXiv 2302.13971,
     * 2307.09288, 2407.21783).
     */
    private static final Map<String, int[]> LLAMA_SIZES = Map.of(
            "llama_7b", new int[] {32_000, 2048, 4096, 32, 32, 32, 11_008},
            "llama_13b", new int[] {32_000, 2048, 5120, 40, 40, 40, 13_824},
            "llama_33b", new int[] {32_000, 2048, 6656, 60, 52, 52, 17_920},
            "llama_65b", new int[] {32_000, 2048, 8192, 80, 64, 64, 22_016},
            "llama2_7b", new int[] {32_000, 4096, 4096, 32, 32, 32, 11_008},
            "llama2_13b", new int[] {32_000, 4096, 5120, 40, 40, 40, 13_824},
            "llama2_70b", new int[] {32_000, 4096, 8192, 80, 64, 8, 28_672},
            "llama3_8b", new int[] {128_256, 8192, 4096, 32, 32, 8, 14_336},
            "llama3_70b", new int[] {128_256, 8192, 8192, 80, 64, 8, 28_672},
            "llama3_405b", new int[] {128_256, 8192, 16_384, 126, 128, 8, 53_248});

    @Override
    public Optional<Model> resolve(String name) {
        String plain = name.replace('-', '_');
        return bert(plain)
                .or(() -> gpt(plain))
                .or(() -> opt(plain))
                .or(() -> llama(plain))
                .map(network -> new Model(name, describe(network), network));
    }

    private static Optional<LanguageModel> bert(String name) {
        Matcher match = BERT.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        Head head = "pooler".equals(match.group(2))
                ? Head.POOLER
                : "none".equals(match.group(2)) ? Head.NONE : Head.MASKED_TOKENS;
        boolean base = match.group(1).equals("base");
        LanguageBlock block = base ? LanguageBlock.bert(768, 12) : LanguageBlock.bert(1024, 16);
        return Optional.of(new LanguageModel(BERT_VOCABULARY, 512, 512, 2, true, block, base ? 12 : 24, head));
    }

    private static Optional<LanguageModel> gpt(String name) {
        Matcher match = GPT.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        int[] size = GPT_SIZES.get(match.group(1) == null ? "small" : match.group(1));
        Head head = match.group(2) == null ? Head.NEXT_TOKEN : Head.NONE;
        return Optional.ofNullable(size)
                .map(s -> new LanguageModel(
                        GPT_VOCABULARY, 1024, 1024, 0, false, LanguageBlock.gpt(s[0], s[2]), s[1], head));
    }

    private static Optional<LanguageModel> opt(String name) {
        return Optional.ofNullable(OPT_SIZES.get(name)).map(s -> {
            LanguageBlock block = new LanguageBlock(
                    s[0],
                    s[2],
                    s[2],
                    4 * s[0],
                    LanguageBlock.Norm.LAYER,
                    true,
                    LanguageBlock.Bias.ALL,
                    false,
                    false,
                    LanguageBlock.Mlp.RELU,
                    Masking.ADDED_AND_RAISED,
                    true);
            return new LanguageModel(OPT_VOCABULARY, 2048, OPT_POSITIONS, 0, false, block, s[1], Head.NEXT_TOKEN);
        });
    }

    private static Optional<LanguageModel> llama(String name) {
        return Optional.ofNullable(LLAMA_SIZES.get(name))
                .map(s -> new LanguageModel(
                        s[0],
                        s[1],
                        0,
                        0,
                        false,
                        LanguageBlock.llama(s[2], s[4], s[5], s[6]),
                        s[3],
                        Head.NEXT_TOKEN_UNTIED));
    }

    private static String describe(LanguageModel network) {
        return String.format(
                Locale.ROOT,
                "Language model, %d blocks of width %d and %d heads, sequences of %d tokens",
                network.depth(),
                network.block().width(),
                network.block().heads(),
                network.sequenceLength());
    }

    @Override
    public String title() {
        return "Language models";
    }

    @Override
    public List<String> listed() {
        return List.of(
                "bert_base",
                "bert_large",
                "gpt2_small",
                "gpt2_medium",
                "gpt2_large",
                "gpt2_xl",
                "opt_1.3b",
                "llama_7b",
                "llama2_7b",
                "llama2_70b",
                "llama3_8b");
    }
}
