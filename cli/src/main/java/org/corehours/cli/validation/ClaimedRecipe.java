package org.corehours.cli.validation;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.corehours.models.Backbone;
import org.corehours.models.Model;
import org.corehours.models.TrainingMethod;
import org.corehours.models.method.BeitPretraining;
import org.corehours.models.method.DinoTraining;
import org.corehours.models.method.IbotTraining;
import org.corehours.models.method.Inference;
import org.corehours.models.method.MaePretraining;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.models.text.LanguageModel;
import org.corehours.models.tokenizer.DalleTokenizer;
import org.corehours.models.vision.VisionTransformer;

/**
 * How a published run trains: its method, what loads its images, and what else its words say.
 *
 * @param method what one step does
 * @param input the id of the input recipe
 * @param evaluates whether the data set's validation images are gone through after every epoch
 * @param updates whether the measured time holds the optimizer's update
 */
record ClaimedRecipe(TrainingMethod method, String input, boolean evaluates, boolean updates) {

    private static final Pattern CROPS = Pattern.compile(".*2x(\\d+)(?:\\+(\\d+)x(\\d+))?.*");

    /** Crops of DINO's and iBOT's own recipe for backbones whose row does not name any. */
    private static final int USUAL_LOCAL_CROPS = 10;

    static ClaimedRecipe of(MeasuredTable.Row row, Model model, boolean loadsImages) throws NotCoveredException {
        String task = row.text("task").toLowerCase(Locale.ROOT);
        String text = row.text("model").toLowerCase(Locale.ROOT);
        boolean tokens = row.text("image_size").startsWith("seq");
        String synthetic = "none";
        if (task.startsWith("inference")) {
            return new ClaimedRecipe(new Inference(model), synthetic, false, true);
        }
        if (task.startsWith("fwd+bwd")) {
            return new ClaimedRecipe(SupervisedTraining.of(model), synthetic, false, false);
        }
        if (task.equals("dino") || task.equals("ibot")) {
            Matcher crops = CROPS.matcher(text);
            boolean named = crops.matches();
            int locals = !named ? USUAL_LOCAL_CROPS : crops.group(2) == null ? 0 : Integer.parseInt(crops.group(2));
            Backbone backbone = network(model, Backbone.class, task);
            TrainingMethod method = task.equals("dino")
                    ? DinoTraining.of(model.id(), backbone, locals)
                    : IbotTraining.of(model.id(), backbone, locals);
            return new ClaimedRecipe(
                    method,
                    loadsImages ? task + "-2x224" + (locals == 0 ? "" : "+" + locals + "x96") : synthetic,
                    false,
                    true);
        }
        if (task.equals("mae") && text.contains("vit-") && !text.contains("(enc")) {
            return new ClaimedRecipe(
                    MaePretraining.of(model.id(), network(model, VisionTransformer.class, task)),
                    loadsImages ? "mae" : synthetic,
                    false,
                    true);
        }
        if (task.equals("beit")) {
            return new ClaimedRecipe(
                    BeitPretraining.of(
                            model.id(),
                            network(model, VisionTransformer.class, task),
                            Optional.of(DalleTokenizer.RELEASED)),
                    loadsImages ? "beit" : synthetic,
                    false,
                    true);
        }
        if (tokens && (task.equals("mlm pretrain") || task.equals("finetune") || task.startsWith("supervised"))) {
            if (row.text("notes").contains("LDDL")) {
                throw new NotCoveredException("how long the sequences really are is not in the table");
            }
            // Few of the tokens are named: 15 % while pre-training, the ends of an answer on SQuAD.
            Model reader = new Model(
                    model.id(),
                    model.description(),
                    network(model, LanguageModel.class, task).withHead(LanguageModel.Head.NONE));
            return new ClaimedRecipe(SupervisedTraining.of(reader), synthetic, false, true);
        }
        if (task.startsWith("supervised train") && !task.contains("video")) {
            boolean transformer = row.text("model_family").matches("vit|swin|convnext|hier-vit");
            return new ClaimedRecipe(
                    SupervisedTraining.of(model),
                    !loadsImages
                            ? synthetic
                            : text.startsWith("deit-iii")
                                    ? "three-augment"
                                    : transformer ? "randaugment" : "supervised",
                    row.text("metric").equals("total_hours"),
                    true);
        }
        if (task.equals("train to target quality")) {
            throw new NotCoveredException("how many epochs it takes to the target quality is not in the table");
        }
        throw new NotCoveredException(
                "not modelled is the recipe",
                row.text("task") + (task.equals("mae") ? " of " + row.text("model") : ""));
    }

    private static <T> T network(Model model, Class<T> type, String task) throws NotCoveredException {
        if (type.isInstance(model.network())) {
            return type.cast(model.network());
        }
        throw new NotCoveredException("the recipe " + task + " is not modelled for " + model.id());
    }
}
