package org.corehours.models.spec;

import org.corehours.core.graph.GraphBuilder;
import org.corehours.core.graph.Tensor;
import org.corehours.models.ImageNetwork;
import org.corehours.models.Network;

/** A network composed of blocks. */
interface BlockNetwork extends Network {

    NetworkInput reads();

    BlockList blocks();

    @Override
    default Tensor input(GraphBuilder b) {
        return reads().of(b);
    }

    @Override
    default Tensor forward(GraphBuilder b, Tensor input) {
        return blocks().apply(b, input);
    }

    /** The network that reads {@code input}. */
    static BlockNetwork of(NetworkInput input, BlockList blocks) {
        return input instanceof NetworkInput.Image image ? new OfImages(image, blocks) : new OfOthers(input, blocks);
    }

    record OfOthers(NetworkInput reads, BlockList blocks) implements BlockNetwork {}

    record OfImages(NetworkInput.Image reads, BlockList blocks) implements BlockNetwork, ImageNetwork {
        @Override
        public int imageSize() {
            return reads.size();
        }

        @Override
        public OfImages withImageSize(int pixels) {
            return new OfImages(new NetworkInput.Image(pixels, reads.channels()), blocks);
        }

        @Override
        public Tensor input(GraphBuilder b) {
            return reads.of(b);
        }
    }
}
