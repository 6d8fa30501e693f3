package dev.gangway.environment;

/** The data type of a {@link Tensor}'s elements. Names and memory layouts are NumPy's. */
public enum DType {
    /** A truth value in one byte, which is 0 or 1. */
    BOOL(1, "bool"),
    /** A signed 8-bit integer in two's complement. */
    INT8(1, "int8"),
    /** A signed 16-bit integer in two's complement. */
    INT16(2, "int16"),
    /** A signed 32-bit integer in two's complement. */
    INT32(4, "int32"),
    /** A signed 64-bit integer in two's complement. */
    INT64(8, "int64"),
    /** An unsigned 8-bit integer. */
    UINT8(1, "uint8"),
    /** An unsigned 16-bit integer. */
    UINT16(2, "uint16"),
    /** An unsigned 32-bit integer. */
    UINT32(4, "uint32"),
    /** An unsigned 64-bit integer. */
    UINT64(8, "uint64"),
    /** A half-precision number: IEEE 754 binary16. */
    FLOAT16(2, "float16"),
    /** A single-precision number: IEEE 754 binary32. */
    FLOAT32(4, "float32"),
    /** A double-precision number: IEEE 754 binary64. */
    FLOAT64(8, "float64");

    private final int itemSize;
    private final String numpyName;

    DType(int itemSize, String numpyName) {
        this.itemSize = itemSize;
        this.numpyName = numpyName;
    }

    /** Returns the size of one element in bytes. */
    public int itemSize() {
        return itemSize;
    }

    /** Returns the name that NumPy gives this type, for example {@code float32}. */
    public String numpyName() {
        return numpyName;
    }

    /** Returns whether this is one of the three floating-point types. */
    public boolean isFloating() {
        return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
    }

    /** Returns whether this is an unsigned integer type. {@code BOOL} is none. */
    public boolean isUnsigned() {
        return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
    }
}
