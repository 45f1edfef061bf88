"""All formats, in the order in which `precall transcript formats` lists them. A module is a Reader."""

from __future__ import annotations

from precall_cli.transcripts.reader import Reader
from precall_cli.transcripts.readers import (
    assemblyai,
    bland,
    deepgram,
    elevenlabs,
    fireflies,
    gong,
    livekit,
    openai_chat,
    otter,
    pipecat,
    plain_text,
    precall,
    realtime_events,
    realtime_items,
    retell,
    subrip,
    twilio_realtime,
    twilio_sentences,
    vapi,
    webvtt,
    whisper,
    whisperx,
)

READERS: tuple[Reader, ...] = (
    precall,
    vapi,
    retell,
    elevenlabs,
    bland,
    twilio_sentences,
    twilio_realtime,
    livekit,
    pipecat,
    openai_chat,
    realtime_items,
    realtime_events,
    deepgram,
    assemblyai,
    whisper,
    whisperx,
    gong,
    fireflies,
    otter,
    webvtt,
    subrip,
    plain_text,
)
