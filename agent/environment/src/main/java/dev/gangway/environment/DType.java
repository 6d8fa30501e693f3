package dev.gangway.environment;

/** Element type of a {@link Tensor}; names and layouts are NumPy's. */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(1, "bool"),
    /** Two's complement, 8 bits. */
    INT8(1, "int8"),
    /** Two's complement, 16 bits. */
    INT16(2, "int16"),
    /** Two's complement, 32 bits. */
    INT32(4, "int32"),
    /** Two's complement, 64 bits. */
    INT64(8, "int64"),
    /** Unsigned, 8 bits. */
    UINT8(1, "uint8"),
    /** Unsigned, 16 bits. */
    UINT16(2, "uint16"),
    /** Unsigned, 32 bits. */
    UINT32(4, "uint32"),
    /** Unsigned, 64 bits. */
    UINT64(8, "uint64"),
    /** IEEE 754 binary16. */
    FLOAT16(2, "float16"),
    /** IEEE 754 binary32. */
    FLOAT32(4, "float32"),
    /** IEEE 754 binary64. */
    FLOAT64(8, "float64");

    private final int itemSize;
    private final String numpyName;

    DType(int itemSize, String numpyName) {
        this.itemSize = itemSize;
        this.numpyName = numpyName;
    }

    /** Returns the bytes per element. */
    public int itemSize() {
        return itemSize;
    }

    /** Returns NumPy's name, e.g. {@code float32}. */
    public String numpyName() {
        return numpyName;
    }

    /** Returns whether this is one of the three floating types. */
    public boolean isFloating() {
        return this == FLOAT16 || this == FLOAT32 || this == FLOAT64;
    }

    /** Returns whether this is an unsigned integer type ({@code bool} is not). */
    public boolean isUnsigned() {
        return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
    }
}
