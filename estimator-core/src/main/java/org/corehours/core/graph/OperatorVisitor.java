package org.corehours.core.graph;

/**
 * A computation by kind of operator: one method each, so that a new operator cannot be forgotten.
 *
 * @param <R> what the computation yields
 */
public interface OperatorVisitor<R> {
    R linear(Operator.Linear operator, Node node);

    R convolution(Operator.Convolution operator, Node node);

    R matrixProduct(Operator.MatrixProduct operator, Node node);

    R attention(Operator.Attention operator, Node node);

    R softmax(Operator.Softmax operator, Node node);

    R normalization(Operator.Normalization operator, Node node);

    R unary(Operator.Unary operator, Node node);

    R binary(Operator.Binary operator, Node node);

    R scalar(Operator.Scalar operator, Node node);

    R reshape(Operator.Reshape operator, Node node);

    R permute(Operator.Permute operator, Node node);

    R contiguous(Operator.Contiguous operator, Node node);

    R expand(Operator.Expand operator, Node node);

    R slice(Operator.Slice operator, Node node);

    R select(Operator.Select operator, Node node);

    R unbind(Operator.Unbind operator, Node node);

    R split(Operator.Split operator, Node node);

    R concatenate(Operator.Concatenate operator, Node node);

    R pad(Operator.Pad operator, Node node);

    R roll(Operator.Roll operator, Node node);

    R gather(Operator.Gather operator, Node node);

    R maskedSelect(Operator.MaskedSelect operator, Node node);

    R maskedReplace(Operator.MaskedReplace operator, Node node);

    R reduce(Operator.Reduce operator, Node node);

    R unitLength(Operator.UnitLength operator, Node node);

    R weightNormalization(Operator.WeightNormalization operator, Node node);

    R resize(Operator.Resize operator, Node node);

    R pool(Operator.Pool operator, Node node);

    R dropout(Operator.Dropout operator, Node node);

    R crossEntropy(Operator.CrossEntropy operator, Node node);

    R convert(Operator.Convert operator, Node node);

    R detach(Operator.Detach operator, Node node);

    R sort(Operator.Sort operator, Node node);
}
