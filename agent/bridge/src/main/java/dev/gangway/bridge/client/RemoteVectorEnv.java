package dev.gangway.bridge.client;

import dev.gangway.codec.ProtocolException;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.RenderResult;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Steps n copies of an environment on a server. It has one session and drives it over one bidirectional stream. {@link
 * EnvironmentClient#open} creates it.
 *
 * <p>{@link #send} writes the request and returns while the server steps. {@link #receive} parks its thread until the
 * response has arrived. Several environments of one client may have steps in flight at once.
 *
 * <p>Errors beyond those of {@link VectorEnv}: A {@link RemoteEnvironmentException} says that the server refused a
 * request or the environment threw an exception; the environment can be used further. A {@link ServerLostException}
 * says that the server ended, cannot be reached, or took longer than {@link RemoteEnvOptions#responseTimeout}. A {@link
 * ProtocolException} says that the server broke the contract. After either of the last two, and after an interrupt of
 * the waiting thread, the environment can only be closed.
 *
 * <p>Not thread-safe, except that any thread may call {@link #close}, which wakes a thread that waits.
 */
public final class RemoteVectorEnv implements VectorEnv {
    private final Session session;
    private final EnvSpec spec;
    private final RemoteEnvOptions options;
    private final SessionCodec codec;
    private final Consumer<RemoteVectorEnv> released;
    private boolean stepping;

    /**
     * Creates an environment that drives a session.
     *
     * @param released called by every {@link #close}, after the session is closed
     */
    RemoteVectorEnv(Session session, EnvSpec spec, RemoteEnvOptions options, Consumer<RemoteVectorEnv> released) {
        this.session = session;
        this.spec = spec;
        this.options = options;
        this.codec = new SessionCodec(spec, options.copies(), options.autoreset());
        this.released = released;
    }

    @Override
    public EnvSpec spec() {
        return spec;
    }

    @Override
    public int copies() {
        return options.copies();
    }

    @Override
    public AutoresetMode autoresetMode() {
        return options.autoreset();
    }

    @Override
    public ResetResult reset(ResetRequest request) {
        checkIdle("reset");
        session.send(codec.encodeReset(request));
        AttachResponse response = session.receive(AttachResponse.ResultCase.RESET);
        return checked(() -> codec.decodeReset(response.getReset()));
    }

    @Override
    public void send(Value actions) {
        checkIdle("send");
        AttachRequest.Builder step = codec.encodeStep(actions);
        session.send(step);
        stepping = true;
    }

    @Override
    public StepResult receive() {
        session.checkOpen();
        if (!stepping) {
            throw new IllegalStateException("Expected send before receive, found no step in flight");
        }
        stepping = false;
        AttachResponse response = session.receive(AttachResponse.ResultCase.STEP);
        return checked(() -> codec.decodeStep(response.getStep()));
    }

    @Override
    public Tensor render(int copy) {
        return rendered(copy, codec::decodeRender);
    }

    private <T> T rendered(int copy, Function<RenderResult, T> decoder) {
        checkIdle("render");
        if (copy < 0 || copy >= options.copies()) {
            throw new EnvironmentException("Expected a copy in 0 … " + (options.copies() - 1) + ", found " + copy);
        }
        session.send(codec.encodeRender(copy));
        AttachResponse response = session.receive(AttachResponse.ResultCase.RENDER);
        return checked(() -> decoder.apply(response.getRender()));
    }

    @Override
    public String renderText(int copy) {
        return rendered(copy, codec::decodeText);
    }

    /**
     * Returns the images of a copy that were drawn since its last rendering or reset. The environment must have been
     * opened with render mode {@code rgb_array_list}. Each image has the form that {@link #render} returns.
     *
     * @throws RemoteEnvironmentException when the environment was opened with another render mode
     */
    public List<Tensor> renderList(int copy) {
        return rendered(copy, codec::decodeFrames);
    }

    /**
     * Reads an attribute of every copy, or calls it if it is a method. The server's operator decides which attributes
     * are allowed.
     *
     * @param arguments positional arguments, values as in {@link dev.gangway.environment.Infos}
     * @param keywords keyword arguments, values of the same types
     * @return one value per copy, as in {@link dev.gangway.environment.Infos}
     * @throws RemoteEnvironmentException when the name is not allowed or unknown, or the environment threw an exception
     */
    public List<Object> call(String name, List<Object> arguments, Map<String, Object> keywords) {
        checkIdle("call");
        session.send(codec.encodeCall(name, arguments, keywords));
        AttachResponse response = session.receive(AttachResponse.ResultCase.CALL);
        return checked(() -> codec.decodeCall(response.getCall(), name));
    }

    /**
     * Sets an attribute of every copy. The server's operator decides which attributes are allowed.
     *
     * @param values one value per copy or one for all copies, as in {@link dev.gangway.environment.Infos}
     * @throws RemoteEnvironmentException when the name is not allowed, or the environment threw an exception
     */
    public void setAttribute(String name, List<Object> values) {
        checkIdle("setAttribute");
        session.send(codec.encodeSetAttribute(name, values));
        var unused = session.receive(AttachResponse.ResultCase.SET_ATTRIBUTE);
    }

    /** Closes the session and waits briefly until the server has freed its environments. Closing again does nothing. */
    @Override
    public void close() {
        session.close();
        released.accept(this);
    }

    private void checkIdle(String call) {
        session.checkOpen();
        if (stepping) {
            throw new IllegalStateException("Expected receive before " + call + ", found a step in flight");
        }
    }

    private <T> T checked(Supplier<T> decoding) {
        try {
            return decoding.get();
        } catch (ProtocolException malformed) {
            throw session.giveUp(malformed);
        }
    }
}
