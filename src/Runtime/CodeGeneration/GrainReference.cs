using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>The base of generated references.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainReference : IAddressable
{
    internal GrainId GrainId { get; private protected set; }

    internal object Cast(Type interfaceType) => interfaceType.IsInstanceOfType(this) ? this : throw new InvalidCastException($"A reference to {GrainId} is no {interfaceType.FullName}.");
}
