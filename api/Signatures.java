import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes what a jar promises: its public and protected classes, fields and methods, without code. What a release promised
 * is kept beside the sources this way, small and without a build of the release.
 *
 * <p>Usage: {@code java -cp asm.jar Signatures.java JAR OUT}.
 */
public class Signatures {
    private static final int PROMISED = Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED;

    public static void main(String[] arguments) throws IOException {
        try (JarFile jar = new JarFile(arguments[0]);
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
            List<String> classes = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .sorted()
                    .toList();
            for (String name : classes) {
                byte[] bytes = signatures(jar, name);
                if (bytes.length > 0) {
                    ZipEntry entry = new ZipEntry(name);
                    entry.setLastModifiedTime(FileTime.fromMillis(0)); // the same jar for the same classes
                    out.putNextEntry(entry);
                    out.write(bytes);
                }
            }
        }
    }

    /** Returns a class without what nobody outside can name; nothing if that is all of it. */
    private static byte[] signatures(JarFile jar, String name) {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            ClassReader reader = new ClassReader(in);
            if ((reader.getAccess() & (PROMISED | Opcodes.ACC_MODULE)) == 0 && !name.equals("package-info.class")) {
                return new byte[0];
            }
            ClassWriter writer = new ClassWriter(0);
            reader.accept(
                    new ClassVisitor(Opcodes.ASM9, writer) {
                        @Override
                        public FieldVisitor visitField(
                                int access, String field, String type, String signature, Object value) {
                            return (access & PROMISED) == 0
                                    ? null
                                    : super.visitField(access, field, type, signature, value);
                        }

                        @Override
                        public MethodVisitor visitMethod(
                                int access, String method, String type, String signature, String[] errors) {
                            return (access & PROMISED) == 0
                                    ? null
                                    : super.visitMethod(access, method, type, signature, errors);
                        }
                    },
                    ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return writer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " in " + jar.getName() + ": " + e.getMessage(), e);
        }
    }
}
