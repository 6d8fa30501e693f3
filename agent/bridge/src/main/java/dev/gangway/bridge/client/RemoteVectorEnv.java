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
 * n copies of an environment on a server: one session, driven over one bidirectional stream. Made by {@link
 * EnvironmentClient#open}.
 *
 * <p>{@link #send} writes the request and returns; the server steps meanwhile. {@link #receive} parks its thread until
 * the response is there. Several environments of one client may have steps in flight at once.
 *
 * <p>Errors, beyond those of {@link VectorEnv}: {@link RemoteEnvironmentException} when the server refuses a request or
 * the environment raises; the environment still stands. {@link ServerLostException} when the server ended, cannot be
 * reached or passed {@link RemoteEnvOptions#responseTimeout}, and {@link ProtocolException} when it broke the contract;
 * then the environment can only be closed, and so it is when the waiting thread is interrupted.
 *
 * <p>Not thread-safe, but {@link #close} may be called from any thread and wakes one that waits.
 */
public final class RemoteVectorEnv implements VectorEnv {
    private final Session session;
    private final EnvSpec spec;
    private final RemoteEnvOptions options;
    private final SessionCodec codec;
    private final Consumer<RemoteVectorEnv> released;
    private boolean stepping;

    /**
     * Drives a session.
     *
     * @param released told by every {@link #close}, once the session is closed
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
     * Returns a copy's images since its last rendering or reset, of an environment in render mode {@code
     * rgb_array_list}; each as {@link #render} gives one.
     *
     * @throws RemoteEnvironmentException when the environment was not made for it
     */
    public List<Tensor> renderList(int copy) {
        return rendered(copy, codec::decodeFrames);
    }

    /**
     * Reads an attribute of every copy, or calls it if it is a method; the server's operator decides which may be.
     *
     * @param arguments positional ones, values as in {@link dev.gangway.environment.Infos}
     * @param keywords keyword arguments
     * @return a value per copy, as in {@link dev.gangway.environment.Infos}
     * @throws RemoteEnvironmentException when the name is not allowed or unknown, or the environment raised
     */
    public List<Object> call(String name, List<Object> arguments, Map<String, Object> keywords) {
        checkIdle("call");
        session.send(codec.encodeCall(name, arguments, keywords));
        AttachResponse response = session.receive(AttachResponse.ResultCase.CALL);
        return checked(() -> codec.decodeCall(response.getCall(), name));
    }

    /**
     * Sets an attribute of every copy; the server's operator decides which may be.
     *
     * @param values one per copy or one for all, as in {@link dev.gangway.environment.Infos}
     * @throws RemoteEnvironmentException when the name is not allowed, or the environment raised
     */
    public void setAttribute(String name, List<Object> values) {
        checkIdle("setAttribute");
        session.send(codec.encodeSetAttribute(name, values));
        var unused = session.receive(AttachResponse.ResultCase.SET_ATTRIBUTE);
    }

    /** Closes the session, waits a moment for the server to have freed its environments; closing twice does nothing. */
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
