package org.corehours.models.catalog;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Model;
import org.corehours.models.vision.GroupingReading;
import org.corehours.models.vision.GroupingReading.Flow;
import org.corehours.models.vision.PerceptualGroupTokenizer;

/**
 * The names of Perceptual Group Tokenizers: {@code pgt_g_base} with Gaussian, {@code pgt_f_base} with flow sampling,
 * and {@code pgt_g_base_m1024} with another number of group tokens, under the reading that agrees best with the paper.
 */
final class PerceptualGroupNames implements ModelFamily {
    private static final Pattern NAME = Pattern.compile("pgt_([gf])_base(?:_m(\\d{1,5}))?");

    /** Of the size that the reported parameters of PGT-F-B leave for it; how it is built is not reported. */
    private static final Flow FLOW = new Flow(6, 384, 2);

    @Override
    public Optional<Model> resolve(String name) {
        Matcher match = NAME.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean flows = match.group(1).equals("f");
        PerceptualGroupTokenizer network = PerceptualGroupTokenizer.base(
                flows ? GroupingReading.PER_HEAD.withFlow(FLOW) : GroupingReading.PER_HEAD);
        if (match.group(2) != null) {
            int tokens = Integer.parseInt(match.group(2));
            if (tokens < 1) {
                return Optional.empty();
            }
            network = network.withGroupTokens(tokens);
        }
        String description = "Perceptual Group Tokenizer, " + network.groupTokens() + " group tokens per head, "
                + (flows ? "sampled through a flow" : "sampled from a Gaussian");
        return Optional.of(new Model(name, description, network));
    }

    @Override
    public String title() {
        return "Perceptual Group Tokenizers";
    }

    @Override
    public List<String> listed() {
        return List.of("pgt_g_base", "pgt_f_base", "pgt_g_base_m1024");
    }
}
