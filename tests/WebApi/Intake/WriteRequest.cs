using System.Text;

namespace Orrery.WebApi.Tests.Intake;

/// <summary>Builds the protobuf of a remote-write request, right or deliberately wrong.</summary>
sealed class WriteRequest
{
    readonly MemoryStream body = new();

    public WriteRequest Series(IEnumerable<(string Name, string Value)> labels, params IEnumerable<(long At, double Value)> samples)
    {
        var series = new MemoryStream();
        foreach ((string name, string value) in labels)
            Field(series, 10, Label(name, value));
        foreach ((long at, double value) in samples)
            Field(series, 18, Sample(at, value));
        return Raw(10, series.ToArray());
    }

    public WriteRequest Raw(byte tag, byte[] content)
    {
        Field(body, tag, content);
        return this;
    }

    public byte[] ToArray() => body.ToArray();

    public static byte[] Label(string name, string value)
    {
        var label = new MemoryStream();
        Field(label, 10, Encoding.UTF8.GetBytes(name));
        Field(label, 18, Encoding.UTF8.GetBytes(value));
        return label.ToArray();
    }

    public static byte[] Sample(long at, double value)
    {
        var sample = new MemoryStream();
        // As proto3 writers do, zeros are left out.
        if (value != 0 || double.IsNegative(value))
        {
            sample.WriteByte(9);
            sample.Write(BitConverter.GetBytes(value));
        }
        if (at != 0)
        {
            sample.WriteByte(16);
            Varint(sample, (ulong)at);
        }
        return sample.ToArray();
    }

    public static void Field(MemoryStream target, byte tag, byte[] content)
    {
        target.WriteByte(tag);
        Varint(target, (ulong)content.Length);
        target.Write(content);
    }

    static void Varint(MemoryStream target, ulong value)
    {
        for (; value >= 128; value >>= 7)
            target.WriteByte((byte)(value | 128));
        target.WriteByte((byte)value);
    }
}
