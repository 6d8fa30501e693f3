package dev.gangway.inference.network;

/** The type of a network's parameters. */
public enum Precision {
    /** 32 bits: for training. */
    FLOAT,
    /** 64 bits: for checking gradients. */
    DOUBLE;

    /** Returns the bytes of a number. */
    public int bytes() {
        return this == FLOAT ? Float.BYTES : Double.BYTES;
    }

    /** Returns a number rounded to this type. */
    public double round(double number) {
        return this == FLOAT ? (float) number : number;
    }
}
