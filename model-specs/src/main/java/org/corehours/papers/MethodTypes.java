package org.corehours.papers;

import java.util.LinkedHashMap;
import java.util.Map;
import org.corehours.core.step.Update;
import org.corehours.models.Backbone;
import org.corehours.models.ImageNetwork;
import org.corehours.models.Model;
import org.corehours.models.Network;
import org.corehours.models.TrainingMethod;
import org.corehours.models.analysis.AttentionPerturbation;
import org.corehours.models.analysis.ClassProjection;
import org.corehours.models.analysis.InsertionCurve;
import org.corehours.models.analysis.LinearProbing;
import org.corehours.models.analysis.RelevancePropagation;
import org.corehours.models.analysis.TokenGradients;
import org.corehours.models.analysis.TokenPerturbation;
import org.corehours.models.method.BeitPretraining;
import org.corehours.models.method.DinoTraining;
import org.corehours.models.method.DiscreteVaeTraining;
import org.corehours.models.method.FeatureExtraction;
import org.corehours.models.method.IbotTraining;
import org.corehours.models.method.Inference;
import org.corehours.models.method.MaePretraining;
import org.corehours.models.method.PerceptualGroupTraining;
import org.corehours.models.method.SupervisedTraining;
import org.corehours.models.method.TokenizerEncoding;
import org.corehours.models.method.TokenizerTraining;
import org.corehours.models.method.VqKdTraining;
import org.corehours.models.tokenizer.DalleTokenizer;
import org.corehours.models.tokenizer.DiscreteVae;
import org.corehours.models.tokenizer.ImageTokenizer;
import org.corehours.models.tokenizer.VqGan;
import org.corehours.models.tokenizer.VqKd;
import org.corehours.models.vision.PerceptualGroupTokenizer;
import org.corehours.models.vision.TokenRefinement;
import org.corehours.models.vision.TransformerBlock;
import org.corehours.models.vision.VisionTransformer;
import org.corehours.spec.SpecNode;

/** The ways to train or run a model that a file can name, and the parts that it can name in them. */
final class MethodTypes {

    private MethodTypes() {}

    /** {@return what makes a method of its settings, which name built-in models} */
    static SettingBinder binder() {
        return binder(NamedModels.BUILT_IN);
    }

    /**
     * What makes a method of its settings.
     *
     * @param models the models that settings can name
     */
    static SettingBinder binder(NamedModels models) {
        return new SettingBinder()
                .kinds(TrainingMethod.class, methods())
                .kinds(ImageTokenizer.class, tokenizers())
                .kinds(ImageNetwork.class, networks())
                .kinds(Network.class, networks())
                .named(Model.class, models::get)
                .named(ImageNetwork.class, node -> models.network(node, ImageNetwork.class))
                .named(Backbone.class, node -> models.network(node, Backbone.class))
                .named(VisionTransformer.class, node -> models.network(node, VisionTransformer.class))
                .named(PerceptualGroupTokenizer.class, node -> models.network(node, PerceptualGroupTokenizer.class))
                .named(Dataset.class, MethodTypes::dataset)
                .usual(TransformerBlock.class, TransformerBlock.of(768, 12, 3072))
                .usual(Update.class, Update.NONE);
    }

    /** {@return the ways by the names that files give them} */
    static Map<String, Class<? extends Record>> methods() {
        Map<String, Class<? extends Record>> methods = new LinkedHashMap<>();
        methods.put("supervised", SupervisedTraining.class);
        methods.put("inference", Inference.class);
        methods.put("features", FeatureExtraction.class);
        methods.put("dino", DinoTraining.class);
        methods.put("ibot", IbotTraining.class);
        methods.put("beit", BeitPretraining.class);
        methods.put("mae", MaePretraining.class);
        methods.put("perceptual_group", PerceptualGroupTraining.class);
        methods.put("tokenizer", TokenizerTraining.class);
        methods.put("vqkd", VqKdTraining.class);
        methods.put("dvae", DiscreteVaeTraining.class);
        methods.put("encoding", TokenizerEncoding.class);
        methods.put("class_projection", ClassProjection.class);
        methods.put("attention_perturbation", AttentionPerturbation.class);
        methods.put("token_perturbation", TokenPerturbation.class);
        methods.put("token_gradients", TokenGradients.class);
        methods.put("relevance_propagation", RelevancePropagation.class);
        methods.put("insertion_curve", InsertionCurve.class);
        methods.put("linear_probing", LinearProbing.class);
        return methods;
    }

    private static Map<String, Class<? extends Record>> tokenizers() {
        Map<String, Class<? extends Record>> tokenizers = new LinkedHashMap<>();
        tokenizers.put("dalle", DalleTokenizer.class);
        tokenizers.put("dvae", DiscreteVae.class);
        tokenizers.put("vqgan", VqGan.class);
        tokenizers.put("vqkd", VqKd.class);
        return tokenizers;
    }

    private static Map<String, Class<? extends Record>> networks() {
        Map<String, Class<? extends Record>> networks = new LinkedHashMap<>();
        networks.put("perceptual_group_tokenizer", PerceptualGroupTokenizer.class);
        networks.put("token_refinement", TokenRefinement.class);
        return networks;
    }

    private static Dataset dataset(SpecNode node) {
        try {
            return Datasets.get(node.text());
        } catch (IllegalArgumentException e) {
            throw node.problem(String.valueOf(e.getMessage()));
        }
    }
}
