package dev.gangway.bridge.server;

import com.google.protobuf.ByteString;
import dev.gangway.codec.ProtocolException;
import dev.gangway.codec.WireValues;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Membership;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.InfoBatch;
import dev.gangway.v1.RenderCommand;
import dev.gangway.v1.RenderResult;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.ResetResult;
import dev.gangway.v1.SeedSpaceResult;
import dev.gangway.v1.StepCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stream's commands do to an environment: messages in, messages out, failures as messages. Everything that the
 * protocol forbids is refused here, before the environment sees it, so that providers need not know the protocol's words.
 *
 * <p>After environment code raised, the copies' state is undefined, and every copy must be reset before the next step.
 */
final class Commands implements ServerSession.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private static final int SHOWN_CHARACTERS = 300;

    private final VectorEnv env;
    private final EnvSpec spec;
    private final int copies;
    private final boolean renders;
    private final ResetDecoder resets;
    private final InfoEncoder infos;
    private final Extensions extensions;
    private final boolean[] ended;
    private boolean started;

    Commands(VectorEnv env, boolean renders, InfoEncoder infos, Extensions extensions) {
        this.env = env;
        this.spec = env.spec();
        this.copies = env.copies();
        this.renders = renders;
        this.infos = infos;
        this.extensions = extensions;
        this.resets = new ResetDecoder(copies, env.autoresetMode());
        this.ended = new boolean[copies];
    }

    @Override
    public AttachResponse execute(AttachRequest request) {
        AttachResponse.Builder response = AttachResponse.newBuilder().setSequence(request.getSequence());
        try {
            if (request.getExtensionsCount() > 0) {
                extensions.check(request.getExtensionsList());
                response.addAllExtensions(extensions.answer(request.getExtensionsList()));
            }
            switch (request.getCommandCase()) {
                case STEP -> response.setStep(step(request.getStep()));
                case RESET -> response.setReset(reset(request.getReset()));
                case RENDER -> response.setRender(render(request.getRender()));
                case SEED_SPACE -> // these environments' spaces have no generators
                    response.setSeedSpace(SeedSpaceResult.getDefaultInstance());
                case OPEN -> throw malformed("The request holds Open, which is only the first on a stream");
                case COMMAND_NOT_SET -> throw malformed("The request sets no command");
                case CALL ->
                    throw withoutAttributes("Call of", request.getCall().getName());
                case SET_ATTRIBUTE ->
                    throw withoutAttributes(
                            "SetAttribute of", request.getSetAttribute().getName());
            }
        } catch (RequestFailed failed) {
            response.setFailure(failed.failure());
        } catch (RuntimeException defect) {
            LOG.error("A command failed for a reason of the server's own.", defect);
            response.setFailure(RequestFailed.defect(defect).failure());
        }
        return response.build();
    }

    @Override
    public void free() {
        try {
            env.close();
        } catch (RuntimeException | Error raised) {
            LOG.error("An environment raised in close; it counts as closed.", raised);
        }
    }

    private ResetResult reset(ResetCommand command) {
        ResetRequest request = resets.decode(command, started);
        dev.gangway.environment.ResetResult result = environmentCode("reset", () -> env.reset(request));
        started = true;
        for (int copy = 0; copy < copies; copy++) {
            ended[copy] &= !request.mask().isEmpty() && !request.mask().get(copy);
        }
        return ResetResult.newBuilder()
                .setObservations(WireValues.encode(result.observations()))
                .setInfos(encoded(result.infos()))
                .build();
    }

    private dev.gangway.v1.StepResult step(StepCommand command) {
        checkStarted();
        AutoresetMode mode = env.autoresetMode();
        for (int copy = 0; mode == AutoresetMode.DISABLED && copy < copies; copy++) {
            if (ended[copy]) {
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_RESET_NEEDED,
                        "Copy " + copy + " ended its episode, and autoreset is DISABLED: reset it by mask before the"
                                + " next Step. No copy was stepped.",
                        Map.of("copy", copy));
            }
        }
        Value actions = actions(command);
        StepResult result = environmentCode("step", () -> checked(env.step(actions)));
        for (int copy = 0; mode != AutoresetMode.SAME_STEP && copy < copies; copy++) {
            ended[copy] = result.terminated()[copy] || result.truncated()[copy];
        }
        dev.gangway.v1.StepResult.Builder wire = dev.gangway.v1.StepResult.newBuilder()
                .setObservations(WireValues.encode(result.observations()))
                .setRewards(ByteString.copyFrom(
                        Tensor.ofDoubles(new int[] {copies}, result.rewards()).bytes()))
                .setTerminated(flags(result.terminated()))
                .setTruncated(flags(result.truncated()))
                .setInfos(encoded(result.infos()));
        result.finals()
                .ifPresent(finals -> wire.getFinalBuilder()
                        .addAllCopies(Arrays.stream(finals.copies()).boxed().toList())
                        .setObservations(WireValues.encode(finals.observations()))
                        .setInfos(encoded(finals.infos())));
        return wire.build();
    }

    private Value actions(StepCommand command) {
        Value actions;
        try {
            actions = WireValues.decodeBatch(spec.actionSpace(), command.getActions(), copies, "The actions");
        } catch (ProtocolException misfit) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_INVALID_ACTION,
                    misfit.place() + " are " + misfit.found() + ": expected " + misfit.expected() + ", in a batch of "
                            + copies + " × " + shortened(spec.actionSpace()) + ". No copy was stepped.",
                    Map.of("expected", misfit.expected(), "found", misfit.found()));
        }
        for (int copy = 0; copy < copies; copy++) {
            if (!ended[copy]) { // NEXT_STEP ignores the action of a copy that ended
                checkMember(copy, spec.actionSpace().row(actions, copy));
            }
        }
        return actions;
    }

    private void checkMember(int copy, Value action) {
        Membership.firstMismatch(spec.actionSpace(), action).ifPresent(mismatch -> {
            String found = shortened(mismatch.value());
            String expected = shortened(mismatch.space());
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_INVALID_ACTION,
                    "The action of copy " + copy + " is " + found + ": expected an element of " + expected
                            + ". No copy was stepped.",
                    Map.of("copy", copy, "expected", expected, "found", found));
        });
    }

    /** An environment that breaks its own promise is told by the name of the broken part. */
    private StepResult checked(StepResult result) {
        if (result.rewards().length != copies
                || result.terminated().length != copies
                || result.truncated().length != copies
                || result.infos().rows().size() != copies) {
            throw new IllegalStateException("expected rewards, terminated, truncated and infos of " + copies
                    + " copies, found " + result.rewards().length + ", " + result.terminated().length + ", "
                    + result.truncated().length + " and "
                    + result.infos().rows().size());
        }
        return result;
    }

    private RenderResult render(RenderCommand command) {
        List<Integer> wanted = command.getCopiesCount() == 0 ? List.of(0) : command.getCopiesList();
        for (int copy : wanted) {
            if (Integer.compareUnsigned(copy, copies) >= 0) {
                throw malformed("Render names copy " + Integer.toUnsignedString(copy) + ": expected a number below "
                        + copies + ", the number of copies");
            }
        }
        if (!renders) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_NO_FRAME,
                    "The session was made without a render_mode: expected rgb_array in its settings.");
        }
        checkStarted();
        RenderResult.Builder result = RenderResult.newBuilder();
        for (int copy : wanted) {
            result.addFrames(WireValues.encode(environmentCode("render", () -> env.render(copy))));
        }
        return result.build();
    }

    private void checkStarted() {
        if (!started) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_RESET_NEEDED,
                    "Copy 0 has not been reset since it was made, or since environment code raised: send Reset before"
                            + " Step and Render.",
                    Map.of("copy", 0));
        }
    }

    private <T> T environmentCode(String doing, Callable<T> code) {
        try {
            return code.call();
        } catch (Exception | Error raised) {
            started = false;
            throw RequestFailed.environmentRaised(raised, doing);
        }
    }

    /** Infos that cannot be encoded are the environment's fault, and the result is lost with them. */
    private InfoBatch encoded(Infos found) {
        try {
            return infos.encode(found);
        } catch (RequestFailed refused) {
            started = false;
            throw refused;
        } catch (EnvironmentException strange) {
            started = false;
            throw RequestFailed.environmentRaised(strange, "its infos");
        }
    }

    private static RequestFailed withoutAttributes(String command, String name) {
        return RequestFailed.of(
                FailureReason.FAILURE_REASON_UNSUPPORTED,
                command + " '" + shortened(name) + "' is not implemented by this server, whose environments have no"
                        + " attributes: expected what they tell in infos, and arguments when they are made.",
                Map.of("attribute", shortened(name)));
    }

    private static ByteString flags(boolean[] flags) {
        byte[] bytes = new byte[flags.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (flags[i] ? 1 : 0);
        }
        return ByteString.copyFrom(bytes);
    }

    private static String shortened(Object shown) {
        String text = shown.toString();
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS);
    }

    private static RequestFailed malformed(String what) {
        return RequestFailed.of(FailureReason.FAILURE_REASON_MALFORMED, what + ".");
    }
}
