namespace Orrery.Sql.Rows;

/// <summary>
/// A string's, a binary's or an array's bytes where they lie: in a row, or in the arena of the step that computes it. It owns nothing and is
/// good as long as that memory is; whoever keeps the value copies it.
/// </summary>
/// <param name="Address">The first byte.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct Bytes(nint Address, int Length)
{
    public unsafe ReadOnlySpan<byte> Span => new((void*)Address, Length);

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Span);
}
