using System.Buffers.Binary;

namespace Orrery.Grains.Health.Anomaly;

/// <summary>
/// Moves over a scorer's state: a part names its fields once, and the same walk writes them or, restoring, overwrites them.
/// </summary>
internal ref struct StateCursor(Span<byte> state, bool restores)
{
    private readonly Span<byte> state = state;

    public int Position { get; private set; }

    public void Walk(ref double field)
    {
        var bytes = state.Slice(Position, sizeof(double));
        if (restores)
            field = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        else
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, field);
        Position += sizeof(double);
    }

    public void Walk(ref long field)
    {
        var bytes = state.Slice(Position, sizeof(long));
        if (restores)
            field = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes, field);
        Position += sizeof(long);
    }

    public void Walk(Span<double> fields)
    {
        foreach (ref var field in fields)
            Walk(ref field);
    }

    public void Walk(Span<byte> fields)
    {
        var bytes = state.Slice(Position, fields.Length);
        if (restores)
            bytes.CopyTo(fields);
        else
            fields.CopyTo(bytes);
        Position += fields.Length;
    }
}
