package org.corehours.core.lowering.eager;

import org.corehours.core.lowering.KernelKind;

/** Rows picked and written by integers or masks. */
final class Indexing {
    private final Aten aten;

    Indexing(Aten aten) {
        this.aten = aten;
    }

    /** Rows of a table picked by a list of integers; the gradient is written into zeros. */
    EagerTensor index(EagerTensor table, EagerTensor indices, long[] sizes) {
        EagerTensor out = aten.fresh(sizes, table.type, aten.flows(table));
        aten.emit("index", KernelKind.INDEX, 0, out, table, indices);
        aten.record(table, out, new EagerTensor[] {indices}, g -> {
            EagerTensor zeros = aten.fresh(table.sizes, g.type, false);
            aten.emit("new_zeros", KernelKind.FILL, 0, zeros, g);
            EagerTensor gradient = aten.fresh(table.sizes, g.type, false);
            aten.emit("index_put", KernelKind.INDEX, 0, gradient, zeros, indices, g);
            return gradient;
        });
        return out;
    }

    /** Rows of a table picked by batches of token ids. */
    EagerTensor embedding(EagerTensor table, EagerTensor ids, long[] sizes) {
        EagerTensor out = aten.fresh(sizes, table.type, aten.flows(table));
        aten.emit("embedding", KernelKind.INDEX, 0, out, table, ids);
        aten.record(table, out, new EagerTensor[] {ids}, g -> {
            EagerTensor gradient = aten.fresh(table.sizes, g.type, false);
            aten.emit("embedding_dense_backward", KernelKind.INDEX, 0, gradient, g, ids);
            return gradient;
        });
        return out;
    }

    /**
     * Rows marked by a mask set to one vector, in place; {@code value} is {@code [1, width]} or {@code [width]}.
     *
     * <p>Where {@code x} is a view, the gradient of the tensor it looks into is copied, changed through the
     * view and copied back (autograd's CopySlices).
     */
    EagerTensor replaceRows(EagerTensor x, EagerTensor mask, EagerTensor value) {
        EagerTensor vector = value.view(new long[] {value.elements()}, new long[] {1}, false);
        EagerTensor out = x.view(x.sizes, x.strides, aten.flows(x, value));
        aten.emit("index_put_", KernelKind.INDEX, 0, out, x, mask, vector);
        boolean whole = x.isContiguous();
        aten.record(new EagerTensor[] {x, value}, out, new EagerTensor[] {mask}, g -> {
            EagerTensor base = whole ? g : copiedAs(x, g);
            EagerTensor rows = aten.copying.contiguous(base);
            EagerTensor zeros = aten.fill("zeros", g.type, vector.sizes);
            EagerTensor kept = aten.fresh(x.sizes, g.type, false);
            aten.emit("index_put", KernelKind.INDEX, 0, kept, rows, mask, zeros);
            EagerTensor replaced = aten.fresh(new long[] {mask.elements(), x.size(-1)}, g.type, false);
            aten.emit("index", KernelKind.INDEX, 0, replaced, rows, mask);
            EagerTensor vectorGradient = aten.reductions.sumTo(replaced, value.sizes);
            if (!whole) {
                aten.emit("copy_", KernelKind.COPY, 0, base, base, kept);
            }
            return new EagerTensor[] {whole ? kept : base, vectorGradient};
        });
        return out;
    }

    /** A copy of {@code g} that lies in memory as {@code x} does. */
    private EagerTensor copiedAs(EagerTensor x, EagerTensor g) {
        int[] order = IteratorLayout.outermostFirst(x.strides);
        EagerTensor copy = aten.fresh(x.sizes, x.strides, g.type, false);
        EagerTensor target = aten.views.permute(copy, order);
        aten.emit("copy_", KernelKind.COPY, 0, target, target, aten.views.permute(g, order));
        return copy;
    }
}
