using System.Buffers;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>Takes state: numbers are copied, memory is noted.</summary>
internal sealed unsafe class StateCapture : StateTransfer
{
    private readonly ArrayBufferWriter<byte> _head = new();
    private readonly List<CapturedPiece> _pieces = [];

    public override bool IsRestoring => false;

    /// <summary>Whether there is any state at all.</summary>
    public bool IsEmpty => _head.WrittenCount == 0;

    public CapturedUnit ToUnit(UnitId id) => new(id, _head.WrittenSpan.ToArray(), _pieces);

    public override void Afterwards(Action action) => throw new InvalidOperationException("Nothing comes after the state is taken.");

    protected override void Bytes(byte* address, int count) => _head.Write(new ReadOnlySpan<byte>(address, count));

    protected override void Memory(nint address, long bytes, PiecePlace place)
    {
        if (bytes > 0) _pieces.Add(new CapturedPiece(place, address, bytes));
    }
}
