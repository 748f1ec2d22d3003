namespace Orrery.Client.Spool;

/// <summary>Fixed-width numbers in files; .NET Standard 2.0 has no <c>BinaryPrimitives</c> without a package.</summary>
internal static class LittleEndian
{
    public static void Write32(byte[] bytes, int at, uint value)
    {
        for (int i = 0; i < 4; i++)
            bytes[at + i] = (byte)(value >> (8 * i));
    }

    public static void Write64(byte[] bytes, int at, ulong value)
    {
        for (int i = 0; i < 8; i++)
            bytes[at + i] = (byte)(value >> (8 * i));
    }

    public static uint Read32(byte[] bytes, int at) =>
        bytes[at] | ((uint)bytes[at + 1] << 8) | ((uint)bytes[at + 2] << 16) | ((uint)bytes[at + 3] << 24);

    public static ulong Read64(byte[] bytes, int at) => Read32(bytes, at) | ((ulong)Read32(bytes, at + 4) << 32);
}
