using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>How values of a type travel. Found once per type; the choice is part of the wire format (docs/reference/wire.md).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WireCodec<T>
{
    public static readonly WireCodec<T> Default = (WireCodec<T>)WireCodecs.Create(typeof(T));

    public abstract void Write(WireWriter writer, T value);

    public abstract T Read(ref WireReader reader);
}
