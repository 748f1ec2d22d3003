using System.Text;

namespace Orrery.Jobs.Work;

/// <summary>Reads a reject file from its beginning in bounded pieces, each piece again until it is said that it was told.</summary>
sealed class RejectTail(string path)
{
    const int LinesMax = 1_000, PieceLines = 200, PieceBytes = 256 << 10;

    long read, next;
    int lines, nextLines;

    public IReadOnlyList<string> Next()
    {
        (next, nextLines) = (read, 0);
        if (lines >= LinesMax || !File.Exists(path)) return [];
        byte[] bytes = new byte[PieceBytes];
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Seek(read, SeekOrigin.Begin);
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            bytes = bytes[..length];
        }

        var piece = new List<string>();
        int from = 0;
        for (int end; piece.Count < Math.Min(PieceLines, LinesMax - lines) && (end = Array.IndexOf(bytes, (byte)'\n', from)) >= 0; from = end + 1) piece.Add(Encoding.UTF8.GetString(bytes, from, end - from).TrimEnd('\r'));
        // A line that is longer than a piece is told as far as it goes.
        if (from == 0 && bytes.Length == PieceBytes)
        {
            piece.Add(Encoding.UTF8.GetString(bytes));
            from = PieceBytes;
        }

        (next, nextLines) = (read + from, piece.Count);
        return piece;
    }

    public void Told() => (read, lines, nextLines) = (next, lines + nextLines, 0);
}
