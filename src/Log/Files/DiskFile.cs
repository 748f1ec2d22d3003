using Microsoft.Win32.SafeHandles;

namespace Orrery.Log.Files;

sealed class DiskFile(SafeFileHandle handle) : ILogFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> buffer, long position)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = RandomAccess.Read(handle, buffer[total..], position + total);
            if (count == 0) break;
            total += count;
        }

        return total;
    }

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
    {
        if (buffers.Count == 1) RandomAccess.Write(handle, buffers[0].Span, position);
        else RandomAccess.Write(handle, buffers, position);
    }

    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Dispose() => handle.Dispose();
}
