using System.Buffers;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;

namespace Orrery.Grains.Sql.Sources;

/// <summary>The changes in batches of a topic, in their order, each with the place of its schema; what could not be read has its reason.</summary>
sealed class DecodedBatches
{
    const int PiecesFirst = 64;

    readonly List<ulong> fingerprints = [];
    readonly List<string> problems = [];
    Piece[] pieces = ArrayPool<Piece>.Shared.Rent(PiecesFirst);
    byte[] bytes = [];
    int count;

    /// <summary>Who reads it now, and who has no more use for it: kept by <see cref="SharedDecoding"/>.</summary>
    public int Users { get; set; }

    public int Done { get; set; }

    public ReadOnlySpan<Piece> Pieces => pieces.AsSpan(0, count);

    /// <summary>Of messages: the schemas that pieces name by their places.</summary>
    public IReadOnlyList<TableSchema> Schemas { get; private set; } = [];

    /// <summary>Of compact changes: what pieces name by their places.</summary>
    public IReadOnlyList<ulong> Fingerprints => fingerprints;

    public int SchemaCount => Math.Max(Schemas.Count, fingerprints.Count);

    /// <summary>A piece's compact change.</summary>
    public ReadOnlySpan<byte> ValueOf(in Piece piece) => piece.Value.IsEmpty ? bytes.AsSpan(piece.Start, piece.Length) : piece.Value.Span;

    /// <summary>Why a piece could not be read; null: it could.</summary>
    public string? ProblemOf(in Piece piece) => piece.Schema < 0 ? problems[~piece.Schema] : null;

    public int IndexOf(ulong fingerprint)
    {
        int place = fingerprints.LastIndexOf(fingerprint);
        if (place >= 0)
            return place;
        fingerprints.Add(fingerprint);
        return fingerprints.Count - 1;
    }

    public void Add(long offset, int schema, ReadOnlyMemory<byte> value) => Add(new Piece(offset, schema, 0, 0, value));

    public void Add(long offset, int schema, int start, int length) => Add(new Piece(offset, schema, start, length, default));

    public void AddProblem(long offset, string reason)
    {
        problems.Add(reason);
        Add(new Piece(offset, ~(problems.Count - 1), 0, 0, default));
    }

    /// <summary>Keeps what the pieces lie in, whose buffer is used again.</summary>
    public void Keep(ChangeBatch batch)
    {
        Schemas = [.. batch.Schemas];
        ReadOnlySpan<byte> written = batch.Bytes.WrittenMemory.Span;
        bytes = ArrayPool<byte>.Shared.Rent(written.Length);
        written.CopyTo(bytes);
    }

    /// <summary>Nobody uses it any more.</summary>
    public void Return()
    {
        // Values are of the log's memory, which must not be held by a pool.
        ArrayPool<Piece>.Shared.Return(pieces, clearArray: fingerprints.Count > 0);
        ArrayPool<byte>.Shared.Return(bytes);
        (pieces, bytes, count) = ([], [], 0);
    }

    void Add(in Piece piece)
    {
        if (count == pieces.Length)
        {
            Piece[] larger = ArrayPool<Piece>.Shared.Rent(2 * count);
            pieces.AsSpan(0, count).CopyTo(larger);
            ArrayPool<Piece>.Shared.Return(pieces, clearArray: true);
            pieces = larger;
        }

        pieces[count++] = piece;
    }

    /// <summary>A change.</summary>
    /// <param name="Offset">Of its record.</param>
    /// <param name="Schema">The place of its schema; below zero: it could not be read.</param>
    /// <param name="Start">Where it begins in the bytes of messages.</param>
    /// <param name="Value">The record's value; empty where the change lies among those of messages.</param>
    public readonly record struct Piece(long Offset, int Schema, int Start, int Length, ReadOnlyMemory<byte> Value);
}
