using System.ComponentModel;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Finds the object that a call through an extension's interface is meant for.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GrainExtensionTarget
{
    /// <summary>The extension in this grain's activation. Called in the grain's turn.</summary>
    public static TExtension Of<TExtension>(object grain)
        where TExtension : class, IGrainExtension => ((Activation)((IGrainBase)grain).GrainContext).GetExtension<TExtension>();
}
