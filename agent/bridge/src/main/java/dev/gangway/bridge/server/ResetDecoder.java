package dev.gangway.bridge.server;

import com.google.protobuf.ByteString;
import dev.gangway.codec.ProtocolException;
import dev.gangway.codec.WireDynamic;
import dev.gangway.codec.WireSeeds;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.OptionalSeed;
import dev.gangway.v1.ResetCommand;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks and decodes resets of n copies. */
final class ResetDecoder {
    /** As many as Gymnasium takes from the operating system. */
    private static final int ENTROPY_BITS = 128;

    private final int copies;
    private final AutoresetMode autoreset;
    private final SecureRandom entropy = new SecureRandom();

    ResetDecoder(int copies, AutoresetMode autoreset) {
        this.copies = copies;
        this.autoreset = autoreset;
    }

    /**
     * Returns the request. A first reset without seeds gets seeds from the operating system, as Gymnasium's generators
     * do: providers may count on being seeded.
     *
     * @param started whether every copy has been reset before
     * @throws RequestFailed INVALID_RESET; nothing has then been reset
     */
    ResetRequest decode(ResetCommand command, boolean started) {
        List<Boolean> mask = mask(command.getMask());
        if (!started && mask.contains(false)) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_INVALID_RESET,
                    "The mask leaves out copy " + mask.indexOf(false) + ", which has not been reset since it was made,"
                            + " or since environment code raised: expected a mask that holds it.");
        }
        List<Optional<BigInteger>> seeds = seeds(command);
        return new ResetRequest(started ? seeds : filled(seeds), options(command), mask);
    }

    private List<Optional<BigInteger>> seeds(ResetCommand command) {
        switch (command.getSeedingCase()) {
            case SEED -> {
                return ResetRequest.seeded(WireSeeds.unsigned(command.getSeed()), copies)
                        .seeds();
            }
            case SEEDS -> {
                List<OptionalSeed> wire = command.getSeeds().getSeedsList();
                if (wire.size() != copies) {
                    throw invalid("the list of seeds is of length " + wire.size() + ": expected " + copies
                            + ", one per copy");
                }
                List<Optional<BigInteger>> seeds = new ArrayList<>(copies);
                for (OptionalSeed seed : wire) {
                    seeds.add(decode(seed, "the seed of copy " + seeds.size()));
                }
                return seeds;
            }
            default -> {
                return List.of();
            }
        }
    }

    private List<Optional<BigInteger>> filled(List<Optional<BigInteger>> seeds) {
        List<Optional<BigInteger>> all = new ArrayList<>(copies);
        for (int copy = 0; copy < copies; copy++) {
            boolean given = !seeds.isEmpty() && seeds.get(copy).isPresent();
            all.add(given ? seeds.get(copy) : Optional.of(new BigInteger(ENTROPY_BITS, entropy)));
        }
        return all;
    }

    private List<Boolean> mask(ByteString mask) {
        List<Boolean> flags = new ArrayList<>(mask.size());
        for (byte flag : mask) {
            flags.add(flag == 1);
            if (mask.size() != copies || (flag & ~1) != 0) {
                throw invalid("the mask has " + mask.size() + " bytes, " + flag + " among them: expected " + copies
                        + " bytes 0 or 1, or none");
            }
        }
        if (!flags.isEmpty() && !flags.contains(true)) {
            throw invalid("the mask leaves out every copy: expected a 1 in it");
        }
        if (flags.contains(false) && autoreset != AutoresetMode.DISABLED) {
            throw invalid("the mask leaves out copy " + flags.indexOf(false) + ", and autoreset is on: expected all"
                    + " copies, or a session in DISABLED mode");
        }
        return flags;
    }

    private static Map<String, Object> options(ResetCommand command) {
        try {
            return WireDynamic.decodeDict(command.getOptions(), "the reset options");
        } catch (ProtocolException malformed) {
            throw invalid("the options are malformed", malformed);
        }
    }

    private static Optional<BigInteger> decode(OptionalSeed seed, String place) {
        try {
            return WireSeeds.decode(seed, place);
        } catch (ProtocolException malformed) {
            throw invalid("a seed is malformed", malformed);
        }
    }

    private static RequestFailed invalid(String what, ProtocolException malformed) {
        return invalid(what + ": " + malformed.place() + ": expected " + malformed.expected() + ", found "
                + malformed.found());
    }

    private static RequestFailed invalid(String what) {
        return RequestFailed.of(
                FailureReason.FAILURE_REASON_INVALID_RESET, "Reset failed: " + what + ". No copy was reset.");
    }
}
