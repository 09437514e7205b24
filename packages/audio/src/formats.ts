/** FFmpeg's demuxers that a file may be opened with: no playlists, nothing that names other files. */
export const audioFormats = 'mp3,flac,wav,w64,aiff,ogg,mov,asf,aac,matroska,webm,avi';

export const pictureFormats = 'image2,jpeg_pipe,png_pipe,gif,webp_pipe,bmp_pipe,tiff_pipe';
