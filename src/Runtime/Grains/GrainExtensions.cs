namespace Orrery.Runtime;

public static class GrainExtensions
{
    /// <summary>The key of a grain or of the grain behind a reference.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <exception cref="ArgumentException">The object is neither a hosted grain nor a reference.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        CodeGeneration.GrainReference reference => reference.GrainId,
        IGrainBase hosted => hosted.GrainContext.GrainId,
        _ => throw new ArgumentException($"{grain?.GetType().FullName ?? "null"} is neither a grain nor a reference to one.", nameof(grain)),
    };

    /// <summary>A reference of another interface to the same grain.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
    {
        CodeGeneration.GrainReference reference => (TGrainInterface)reference.Cast(typeof(TGrainInterface)),
        IGrainBase hosted => (TGrainInterface)GrainRuntime.Of(hosted).GetReference(typeof(TGrainInterface)),
        _ => throw new ArgumentException($"{grain?.GetType().FullName ?? "null"} is neither a grain nor a reference to one.", nameof(grain)),
    };
}
