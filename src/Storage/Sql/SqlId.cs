using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Orrery.Storage.Sql;

/// <summary>
/// A row's key in 20 bytes: the beginning of the SHA-256 of its texts. Databases differ in how long an indexed text may be and in which texts they hold
/// to be equal; bytes are the same everywhere. The texts stand in the row, for people and for those who read rows without knowing their keys.
/// </summary>
static class SqlId
{
    public const int Bytes = 20;

    const int StackCharacters = 256;

    public static byte[] Of(string first, string second) => Of(first, second, "");

    public static byte[] Of(string first, string second, string third)
    {
        // The lengths come first: no two triples give the same text.
        var length = 4 + first.Length + second.Length + third.Length;
        char[]? rented = null;
        Span<char> buffer = length <= StackCharacters ? stackalloc char[StackCharacters] : (rented = ArrayPool<char>.Shared.Rent(length));
        var text = buffer[..length];
        (text[0], text[1]) = ((char)(first.Length & 0xffff), (char)(first.Length >> 16));
        (text[2], text[3]) = ((char)(second.Length & 0xffff), (char)(second.Length >> 16));
        first.CopyTo(text[4..]);
        second.CopyTo(text[(4 + first.Length)..]);
        third.CopyTo(text[(4 + first.Length + second.Length)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text), hash);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return hash[..Bytes].ToArray();
    }
}

/// <summary>Compares keys by their bytes, as the databases order them.</summary>
sealed class SqlIdComparer : IEqualityComparer<byte[]>, IComparer<byte[]>
{
    public static SqlIdComparer Instance { get; } = new();

    public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

    public int GetHashCode(byte[] id) => MemoryMarshal.Read<int>(id);

    public int Compare(byte[]? left, byte[]? right) => left.AsSpan().SequenceCompareTo(right);
}
