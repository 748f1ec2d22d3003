using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Agent.Linux;

/// <summary>A file under /proc or /sys that is kept open and read whole into a buffer that is reused. Not thread-safe.</summary>
internal sealed unsafe class ProcFile : IDisposable
{
    const int BytesMax = 16 << 20;
    readonly string path;
    byte[] buffer;
    int file = -1;

    public ProcFile(string path, int bytes = 4096)
    {
        this.path = path;
        buffer = new byte[bytes];
    }

    /// <summary>The file's content now; valid until the next call.</summary>
    /// <exception cref="IOException">It cannot be opened or read, or is larger than 16 MiB.</exception>
    public ReadOnlySpan<byte> Read()
    {
        if (file < 0)
            Open();
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= BytesMax)
                    throw new IOException($"'{path}' is larger than {BytesMax} bytes.");
                Array.Resize(ref buffer, length * 2);
            }
            nint read;
            fixed (byte* into = buffer)
                read = Native.ReadAt(file, into + length, (nuint)(buffer.Length - length), length);
            if (read == 0)
                return buffer.AsSpan(0, length);
            if (read < 0)
                throw Failed("read");
            length += (int)read;
        }
    }

    /// <summary>One piece of a file too large to hold; 0 bytes at its end.</summary>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public int ReadAt(long offset, Span<byte> into)
    {
        if (file < 0)
            Open();
        nint read;
        fixed (byte* at = into)
            read = Native.ReadAt(file, at, (nuint)into.Length, offset);
        return read >= 0 ? (int)read : throw Failed("read");
    }

    public void Dispose()
    {
        if (file >= 0)
            Native.Close(file);
        file = -1;
    }

    void Open()
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* at = name)
            file = Native.Open(at, Native.OpenReadOnly | Native.OpenCloseOnExec);
        if (file < 0)
            throw Failed("open");
    }

    IOException Failed(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        Dispose();
        return new IOException($"Could not {what} '{path}': {new Win32Exception(error).Message} (errno {error}).");
    }
}
