/** Policies that act: networks by plain loops, distributions, encoders, trained policies, and their export. */
@SuppressWarnings("module") // the rooms above are compiled later
module dev.gangway.inference {
    exports dev.gangway.inference;
    exports dev.gangway.inference.network;
    exports dev.gangway.inference.onnx;
    exports dev.gangway.inference.policy;
    exports dev.gangway.inference.provider;
    exports dev.gangway.inference.checkpoint to
            dev.gangway.learning,
            dev.gangway.cli;
    exports dev.gangway.inference.configuration to
            dev.gangway.learning,
            dev.gangway.cli;

    requires transitive dev.gangway.environment;
    requires transitive dev.gangway.messages;
    requires com.google.protobuf;
    requires dev.gangway.codec;

    uses dev.gangway.inference.provider.DistributionProvider;
    uses dev.gangway.inference.provider.NetworkProvider;
}
