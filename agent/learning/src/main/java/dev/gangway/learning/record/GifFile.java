package dev.gangway.learning.record;

import dev.gangway.environment.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

/**
 * An animated GIF that repeats for ever, written a frame at a time. Every frame is seen whole: where frames differ in size,
 * they lie in the upper left corner of the largest, on black.
 */
final class GifFile implements AutoCloseable {
    /** Width and height, 16 bits each, follow the six bytes of the signature. */
    private static final long SIZE_POSITION = 6;

    private final ImageOutputStream out;
    private final ImageWriter writer;
    private final int delayCentiseconds;
    private final Path file;
    private int width;
    private int height;
    private boolean first = true;

    /** Opens the file; each frame is shown for {@code delayCentiseconds} hundredths of a second. */
    GifFile(Path file, int delayCentiseconds) throws IOException {
        Files.deleteIfExists(file);
        this.file = file;
        out = new FileImageOutputStream(file.toFile()); // ImageIO's own way prints the stack of what fails
        writer = ImageIO.getImageWritersByFormatName("gif").next();
        writer.setOutput(out);
        writer.prepareWriteSequence(null);
        this.delayCentiseconds = delayCentiseconds;
    }

    /** Appends a frame: UINT8, shape [height, width, 3]. */
    void frame(Tensor pixels) throws IOException {
        BufferedImage image = image(pixels);
        IIOMetadata metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString(delayCentiseconds));
        if (first) {
            IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(new byte[] {1, 0, 0}); // sub-block 1: a 16-bit count, 0 for ever
            child(root, "ApplicationExtensions").appendChild(loop);
            first = false;
        }
        metadata.setFromTree(format, root);
        writer.writeToSequence(new IIOImage(image, null, metadata), null);
    }

    @Override
    public void close() throws IOException {
        writer.endWriteSequence();
        writer.dispose();
        out.close();
        writeSize();
    }

    /** Writes the size of the largest frame into the header, where the first frame's stands. */
    private void writeSize() throws IOException {
        if (first) {
            return; // there is no header
        }
        ByteBuffer size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        size.putShort((short) width).putShort((short) height).flip();
        try (FileChannel header = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long position = SIZE_POSITION; size.hasRemaining(); ) {
                position += header.write(size, position);
            }
        }
    }

    private BufferedImage image(Tensor pixels) {
        int rows = pixels.shape()[0];
        int columns = pixels.shape()[1];
        width = Math.max(width, columns);
        height = Math.max(height, rows);
        ByteBuffer bytes = pixels.bytes();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[columns];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                row[x] = ((bytes.get() & 0xff) << 16) | ((bytes.get() & 0xff) << 8) | (bytes.get() & 0xff);
            }
            image.setRGB(0, y, columns, 1, row, 0, columns);
        }
        return image;
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(name)) {
                return (IIOMetadataNode) root.item(i);
            }
        }
        IIOMetadataNode node = new IIOMetadataNode(name);
        root.appendChild(node);
        return node;
    }
}
