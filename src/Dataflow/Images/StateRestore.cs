namespace Orrery.Dataflow.Images;

/// <summary>Gives state back: numbers at once, memory is noted and filled later.</summary>
internal sealed unsafe class StateRestore(string name, UnitImage image, List<BlockTarget> targets, List<Action> afterwards) : StateTransfer
{
    private int _place;
    private int _piece;

    public override bool IsRestoring => true;

    public override void Afterwards(Action action) => afterwards.Add(action);

    /// <summary>Expects that all of the image was asked for.</summary>
    public void End()
    {
        if (_place != image.Head.Length || _piece != image.Pieces.Count) throw Differs();
    }

    protected override void Bytes(byte* address, int count)
    {
        if (_place + count > image.Head.Length) throw Differs();
        image.Head.AsSpan(_place, count).CopyTo(new Span<byte>(address, count));
        _place += count;
    }

    protected override void Memory(nint address, long bytes, PiecePlace place)
    {
        if (bytes == 0) return;
        if (_piece == image.Pieces.Count || image.Pieces[_piece].Place != place || image.Pieces[_piece].Bytes != bytes) throw Differs();
        var blocks = image.Pieces[_piece++].Blocks;
        for (int index = 0; index < blocks.Length; index++)
        {
            long start = (long)index * ImageManifest.BlockBytes;
            if (blocks[index].Segment >= 0) targets.Add(new BlockTarget(address + (nint)start, (int)Math.Min(ImageManifest.BlockBytes, bytes - start), blocks[index]));
        }
    }

    private ImageException Differs() =>
        new($"The image's state of {name} has another shape than the graph's. Its tables were declared otherwise when it was written: declare them as they were, or start from the sources.");
}
