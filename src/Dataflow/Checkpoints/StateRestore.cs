namespace Orrery.Dataflow.Checkpoints;

/// <summary>Gives state back: numbers at once, memory is noted and filled later.</summary>
internal sealed unsafe class StateRestore(string name, UnitCheckpoint checkpoint, List<BlockTarget> targets, List<Action> afterwards) : StateTransfer
{
    private int _place;
    private int _piece;

    public override bool IsRestoring => true;

    public override void Afterwards(Action action) => afterwards.Add(action);

    /// <summary>Expects that all of the checkpoint was asked for.</summary>
    public void End()
    {
        if (_place != checkpoint.Head.Length || _piece != checkpoint.Pieces.Count) throw Differs();
    }

    protected override void Bytes(byte* address, int count)
    {
        if (_place + count > checkpoint.Head.Length) throw Differs();
        checkpoint.Head.AsSpan(_place, count).CopyTo(new Span<byte>(address, count));
        _place += count;
    }

    protected override void Memory(nint address, long bytes, PiecePlace place)
    {
        if (bytes == 0) return;
        if (_piece == checkpoint.Pieces.Count || checkpoint.Pieces[_piece].Place != place || checkpoint.Pieces[_piece].Bytes != bytes) throw Differs();
        var blocks = checkpoint.Pieces[_piece++].Blocks;
        for (int index = 0; index < blocks.Length; index++)
        {
            long start = (long)index * CheckpointManifest.BlockBytes;
            if (blocks[index].Segment >= 0) targets.Add(new BlockTarget(address + (nint)start, (int)Math.Min(CheckpointManifest.BlockBytes, bytes - start), blocks[index]));
        }
    }

    private CheckpointException Differs() =>
        new($"The checkpoint's state of {name} has another shape than the graph's. Its tables were declared otherwise when it was written: declare them as they were, or start from the sources.");
}
