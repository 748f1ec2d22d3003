using System.Buffers;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>Writes those blocks of a state that are not as in the checkpoint before, and says of each block where it is.</summary>
/// <param name="store">Where segments go.</param>
/// <param name="bytesMax">Of a segment.</param>
/// <param name="name">What the names of the segments begin with.</param>
/// <param name="former">The checkpoint before; null: all is written.</param>
/// <param name="renewed">Segments of the checkpoint before whose blocks are written as if they had changed, so that they are not needed any more.</param>
/// <param name="heldBytesMax">Bytes of segments that are held in memory until <see cref="PutHeld"/>; what is beyond is put at once.</param>
internal sealed class SegmentWriter(ICheckpointStore store, int bytesMax, string name, CheckpointManifest? former, IReadOnlySet<int> renewed, long heldBytesMax)
{
    private readonly List<SegmentCheckpoint> _segments = [];
    private readonly Dictionary<int, int> _formerSegments = [];
    private const int BufferBytesMin = 1 << 20;

    private readonly List<(string Name, byte[] Buffer, int Bytes)> _held = [];
    // Of a pool, and returned once it is put: what changes of a large state is copied while views stand still, and would else be new, zeroed memory each time, with collections of garbage to match.
    private byte[] _buffer = [];
    private int _written;
    private long _heldBytes;
    private int _current = -1;
    private int _own;

    public long WrittenBytes { get; private set; }

    /// <summary>All that blocks refer to.</summary>
    public IReadOnlyList<SegmentCheckpoint> Segments => _segments;

    public async Task<UnitCheckpoint> Write(CapturedUnit unit, CancellationToken cancellation)
    {
        var known = former?.Units.GetValueOrDefault(unit.Id)?.Pieces.ToDictionary(piece => piece.Place);
        var pieces = new List<PieceCheckpoint>(unit.Pieces.Count);
        foreach (var piece in unit.Pieces)
        {
            var blocks = new BlockReference[CheckpointManifest.BlocksOf(piece.Bytes)];
            var before = known?.GetValueOrDefault(piece.Place);
            for (int index = 0; index < blocks.Length; index++)
            {
                long start = (long)index * CheckpointManifest.BlockBytes;
                int bytes = (int)Math.Min(CheckpointManifest.BlockBytes, piece.Bytes - start);
                nint address = piece.Address + (nint)start;
                if (StateBlocks.IsZero(address, bytes))
                {
                    blocks[index] = new BlockReference(0, -1, 0);
                    continue;
                }

                ulong hash = StateBlocks.Hash(address, bytes);
                if (before is not null && index < before.Blocks.Length && before.Blocks[index] is { Segment: >= 0 } block && !renewed.Contains(block.Segment) && block.Hash == hash && Math.Min(CheckpointManifest.BlockBytes, before.Bytes - start) == bytes)
                {
                    blocks[index] = block with { Segment = Keep(block.Segment) };
                    continue;
                }

                if (_written > 0 && _written + bytes > bytesMax) await Flush(cancellation);
                blocks[index] = Append(address, bytes, hash);
            }

            pieces.Add(new PieceCheckpoint(piece.Place, piece.Bytes, blocks));
        }

        return new UnitCheckpoint(unit.Head, pieces);
    }

    /// <summary>Ends the segment: it is put, or held.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        if (_written == 0) return;
        _segments[_current] = _segments[_current] with { Bytes = _written };
        if (_heldBytes + _written <= heldBytesMax)
        {
            _held.Add((_segments[_current].Name, _buffer, _written));
            _heldBytes += _written;
            _buffer = [];
        }
        else
        {
            await store.Put(_segments[_current].Name, _buffer.AsMemory(0, _written), cancellation);
        }

        (_current, _written) = (-1, 0);
    }

    /// <summary>Puts the segments that are held; the state is not needed for it.</summary>
    public async Task PutHeld(CancellationToken cancellation)
    {
        foreach (var (segment, buffer, bytes) in _held)
        {
            await store.Put(segment, buffer.AsMemory(0, bytes), cancellation);
            // Of a put that failed something may still read: that one goes to the collector.
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _held.Clear();
    }

    private BlockReference Append(nint address, int bytes, ulong hash)
    {
        if (_current < 0)
        {
            _current = _segments.Count;
            _segments.Add(new SegmentCheckpoint($"{name}-{_own++:d5}", 0));
        }

        var block = new BlockReference(hash, _current, _written);
        if (_buffer.Length - _written < bytes) Grow(bytes);
        StateBlocks.CopyTo(_buffer.AsSpan(_written), address, bytes);
        _written += bytes;
        WrittenBytes += bytes;
        return block;
    }

    /// <summary>The first segment begins small; where one was filled, the next is likely to be.</summary>
    private void Grow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_written + bytes, _own > 1 ? bytesMax : Math.Min(bytesMax, Math.Max(BufferBytesMin, 2 * _written))));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private int Keep(int segment)
    {
        if (_formerSegments.TryGetValue(segment, out int kept)) return kept;
        kept = _segments.Count;
        _segments.Add(former!.Segments[segment]);
        _formerSegments.Add(segment, kept);
        return kept;
    }
}
