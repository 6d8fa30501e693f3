package dev.gangway.environment.local;

import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.ByteBuffer;

/**
 * Draws a cart-pole as Gymnasium does, with the same sizes, places and colours. Only the smoothing of edges differs
 * slightly.
 */
final class CartPoleRenderer {
    private static final int WIDTH = 600; // lengths are in pixels unless their comment names another unit
    private static final int HEIGHT = 400;
    private static final double PIXELS_PER_METRE = WIDTH / (2 * CartPole.POSITION_LIMIT);
    private static final double TRACK_Y = 100; // every y counts from the lower edge
    private static final double CART_WIDTH = 50;
    private static final double CART_HEIGHT = 30;
    private static final double AXLE_Y = TRACK_Y + CART_HEIGHT / 4;
    private static final double AXLE_RADIUS = 5;
    private static final double POLE_WIDTH = 10;
    private static final double POLE_LENGTH = 2 * CartPole.HALF_POLE_LENGTH * PIXELS_PER_METRE;
    private static final Color POLE_COLOR = new Color(202, 152, 101);
    private static final Color AXLE_COLOR = new Color(129, 132, 203);

    private CartPoleRenderer() {}

    /**
     * Draws one state.
     *
     * @param x position of the cart in metres, 0 in the middle of the track
     * @param theta angle of the pole from upright in radians, positive to the right
     * @return UINT8 tensor of shape [400, 600, 3]
     */
    static Tensor render(double x, double theta) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            draw(graphics, x * PIXELS_PER_METRE + WIDTH / 2.0, theta);
        } finally {
            graphics.dispose();
        }
        ByteBuffer pixels = Tensor.allocate(DType.UINT8, HEIGHT, WIDTH, 3);
        for (int rgb : ((DataBufferInt) image.getRaster().getDataBuffer()).getData()) {
            pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
        }
        return Tensor.wrap(DType.UINT8, new int[] {HEIGHT, WIDTH, 3}, pixels.flip());
    }

    private static void draw(Graphics2D graphics, double cartX, double theta) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);

        AffineTransform upwards =
                new AffineTransform(1, 0, 0, -1, 0.5, HEIGHT - 0.5); // (0, 0) is the centre of a pixel
        graphics.setTransform(upwards);
        graphics.setColor(Color.BLACK);
        graphics.fill(
                new Rectangle2D.Double(cartX - CART_WIDTH / 2, TRACK_Y - CART_HEIGHT / 2, CART_WIDTH, CART_HEIGHT));

        graphics.translate(cartX, AXLE_Y);
        graphics.rotate(-theta);
        graphics.setColor(POLE_COLOR);
        graphics.fill(new Rectangle2D.Double(-POLE_WIDTH / 2, -POLE_WIDTH / 2, POLE_WIDTH, POLE_LENGTH));

        graphics.setTransform(upwards);
        graphics.setColor(AXLE_COLOR);
        graphics.fill(
                new Ellipse2D.Double(cartX - AXLE_RADIUS, AXLE_Y - AXLE_RADIUS, 2 * AXLE_RADIUS, 2 * AXLE_RADIUS));

        graphics.setColor(Color.BLACK);
        graphics.fill(new Rectangle2D.Double(-0.5, TRACK_Y - 0.5, WIDTH, 1));
    }
}
