namespace Orrery.Dataflow.Checkpoints;

/// <summary>Which piece of an operator's memory: the store, the segment in it.</summary>
internal readonly record struct PiecePlace(int Store, int Piece);

/// <summary>Whose state: an operator, an arrangement, the rows of a view that stopped; a digest of what it computes and of its columns.</summary>
internal readonly record struct UnitId(ulong High, ulong Low);

/// <summary>A piece of native memory as it is.</summary>
internal readonly record struct CapturedPiece(PiecePlace Place, nint Address, long Bytes);

/// <summary>The state of one unit as it is: its numbers copied, its memory where it lies.</summary>
internal sealed record CapturedUnit(UnitId Id, byte[] Head, IReadOnlyList<CapturedPiece> Pieces);

/// <summary>Where a block of state is written. Segment -1: nowhere, all its bytes are zero.</summary>
internal readonly record struct BlockReference(ulong Hash, int Segment, int Offset);

/// <summary>A piece of memory as written: blocks of <see cref="CheckpointManifest.BlockBytes"/>, the last one shorter.</summary>
internal sealed record PieceCheckpoint(PiecePlace Place, long Bytes, BlockReference[] Blocks);

internal sealed record UnitCheckpoint(byte[] Head, IReadOnlyList<PieceCheckpoint> Pieces);

/// <summary>A segment: its name, its bytes.</summary>
internal sealed record SegmentCheckpoint(string Name, long Bytes);

/// <summary>A block that is to be filled from a segment.</summary>
internal readonly record struct BlockTarget(nint Address, int Bytes, BlockReference Block);
