using System.Buffers.Text;

namespace Orrery.Agent.Linux;

/// <summary>Walks over lines and blank-separated fields of /proc text without allocating.</summary>
internal ref struct Fields(ReadOnlySpan<byte> text)
{
    ReadOnlySpan<byte> rest = text;

    public readonly bool End => rest.IsEmpty;

    public ReadOnlySpan<byte> Rest => rest;

    /// <summary>The next line without its end; false when there is none.</summary>
    public bool Line(out ReadOnlySpan<byte> line)
    {
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return true;
    }

    /// <summary>The next field, empty when there is none.</summary>
    public ReadOnlySpan<byte> Next()
    {
        int start = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (start < 0)
        {
            rest = default;
            return default;
        }
        rest = rest[start..];
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> field = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return field;
    }

    public void Skip(int fields)
    {
        for (int i = 0; i < fields; i++)
            Next();
    }

    /// <summary>The next field as a whole number, 0 when it is none.</summary>
    public long Long() => Utf8Parser.TryParse(Next(), out long value, out _) ? value : 0;

    /// <summary>The next field as a number, 0 when it is none.</summary>
    public double Double() => Utf8Parser.TryParse(Next(), out double value, out _) ? value : 0;
}
