using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Orrery.Agent.Logs;

/// <summary>A range of a file and a digest of its bytes: whether a file still is what it was, and whether another is its copy.</summary>
internal readonly record struct FilePrint(long Start, int Length, string Digest)
{
    public static FilePrint Empty { get; } = new(0, 0, "");

    /// <summary>The print of a range, or of as much of it as the file has.</summary>
    public static FilePrint Of(SafeFileHandle file, long start, int length)
    {
        byte[] bytes = new byte[length];
        int count = ReadFully(file, bytes, start);
        return new FilePrint(start, count, Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, count)).AsSpan(0, 16)));
    }

    /// <summary>Whether a file has these bytes at this place.</summary>
    public bool Matches(SafeFileHandle file) => Length == 0 || Of(file, Start, Length) == this;

    public static int ReadFully(SafeFileHandle file, Span<byte> into, long start)
    {
        int count = 0;
        for (int read; count < into.Length && (read = RandomAccess.Read(file, into[count..], start + count)) > 0;)
            count += read;
        return count;
    }
}
