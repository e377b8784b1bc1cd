package org.corehours.models.importing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.corehours.spec.InputLimits;

/**
 * Reads protocol buffers' wire format from a buffer: fields of a number and a kind, in any order
 * (https://protobuf.dev/programming-guides/encoding). Nothing is copied but what is asked for.
 */
final class WireReader {

    /** The kinds of fields. */
    static final int VARINT = 0;

    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final ByteBuffer bytes;
    private int number;
    private int kind;

    WireReader(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Moves to the next field; false at the end. */
    boolean next() {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long key = varint();
        kind = (int) (key & 7);
        number = (int) (key >>> 3);
        if (number < 1 || (kind != VARINT && kind != FIXED64 && kind != BYTES && kind != FIXED32)) {
            throw new MalformedException("no field starts with " + key);
        }
        return true;
    }

    int number() {
        return number;
    }

    int kind() {
        return kind;
    }

    /** Passes over the value of the field. */
    void skip() {
        switch (kind) {
            case VARINT -> varint();
            case FIXED64 -> pass(Long.BYTES);
            case FIXED32 -> pass(Integer.BYTES);
            default -> pass(length());
        }
    }

    /** A whole number. */
    long integer() {
        return switch (kind) {
            case VARINT -> varint();
            case FIXED64 -> bytes(Long.BYTES).getLong();
            case FIXED32 -> bytes(Integer.BYTES).getInt();
            default -> throw new MalformedException("expected a number in field " + number);
        };
    }

    /** A number of single precision. */
    double real() {
        if (kind != FIXED32) {
            throw new MalformedException("expected a number in field " + number);
        }
        return bytes(Float.BYTES).getFloat();
    }

    /** The bytes of a text, a message or packed numbers. */
    ByteBuffer content() {
        if (kind != BYTES) {
            throw new MalformedException("expected a text or a message in field " + number);
        }
        return bytes(length());
    }

    String text() {
        ByteBuffer content = content();
        if (content.remaining() > InputLimits.ONNX_TEXT_BYTES) {
            throw new MalformedException(
                    "a text of " + content.remaining() + " bytes is longer than " + InputLimits.ONNX_TEXT_BYTES);
        }
        return StandardCharsets.UTF_8.decode(content).toString();
    }

    /** The next packed whole number. */
    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new MalformedException("is cut off");
            }
            byte part = bytes.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number has more than ten bytes");
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedException(
                    "is cut off: " + length + " bytes are announced where " + bytes.remaining() + " are left");
        }
        return (int) length;
    }

    private ByteBuffer bytes(int length) {
        if (length > bytes.remaining()) {
            throw new MalformedException("is cut off");
        }
        ByteBuffer part = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        return part;
    }

    private void pass(int length) {
        bytes(length);
    }

    /** The bytes are not what they should be. */
    static final class MalformedException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }
}
